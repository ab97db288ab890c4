"""Networks: the perceptron on one flat buffer, its parts, its Hessian, and its weights in files."""
