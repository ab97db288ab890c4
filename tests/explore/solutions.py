"""What meets each of our challenges, as addresses of the page."""

SOLVED = {
    "star": "t=rosenbrock&o=momentum:lr=0.002&n=60",
    "edge": "t=ravine:kappa=40&o=sgd:lr=0.0505&n=200",
    "dead": "t=relu_pair&o=sgd:lr=0.1&n=100",
    "saddle": "t=saddle&o=sgd:lr=0.1&x=1,0&n=150&noise=0.01",
    "plateau": "t=sigmoid_chain&o=adam:lr=0.1&n=300",
    "momentum": "t=ravine:kappa=20,angle=30&o=adam:lr=0.692&o=momentum:lr=0.13,momentum=0.4&n=200",
    "turn": "t=ravine:kappa=50,angle=30&o=adam:lr=0.3&o=momentum:lr=0.02&n=200",
    "cliff": "t=cliff&o=sgd:lr=1,clip=0.5&x=4.5,-3&n=200",
    "pits": "t=six_hump_camel&o=momentum:lr=0.01,momentum=0.95&n=200",
    "bounce": "t=booth&o=signsgd:lr=0.4&n=200&s=cosine",
    "settle": "t=booth&o=sgd:lr=0.1&n=200&noise=3&s=cosine",
    "apart": "t=himmelblau&o=sgd:lr=0.01&o=momentum:lr=0.01&x=-4,0&n=200",
}
