"""Small Keras models."""

import keras
import numpy as np
from keras import layers

import landscape as ls


def digits(count=60):
    """Digits of 14 × 14 pixels, channels last, and their labels."""
    data = ls.datasets.load()
    return data.x_train[:count].reshape(-1, 28, 28, 1)[:, ::2, ::2].copy(), data.y_train[:count]


def cnn(optimizer=None, seed=0):
    """With batch normalisation and dropout; compiled."""
    keras.utils.set_random_seed(seed)
    inner = [layers.Conv2D(4, 3, strides=2), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.2)]
    made = keras.Sequential([keras.Input((14, 14, 1)), *inner, layers.Flatten(), layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    made.compile(optimizer or keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    return made


class Twins(keras.Model):
    """Two layers of one name, and attention between them."""

    def __init__(self):
        super().__init__()
        self.into, self.out = layers.Dense(6, name="same"), layers.Dense(10, name="same")
        self.attention, self.norm = layers.MultiHeadAttention(2, 3), layers.LayerNormalization()

    def call(self, x):
        rows = self.into(x[..., 0])
        return self.out(self.norm(rows + self.attention(rows, rows))).mean(axis=1)


def twins(seed=0):
    keras.utils.set_random_seed(seed)
    made = Twins()
    made(np.zeros((1, 14, 14, 1), np.float32))
    made.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    return made
