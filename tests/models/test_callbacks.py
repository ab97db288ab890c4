"""Runs that Lightning, Hugging Face's Trainer and Keras leave, beside what these libraries say themselves."""

from __future__ import annotations

import copy
import os
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import landscape as ls

os.environ.setdefault("KERAS_BACKEND", "torch")
torch = pytest.importorskip("torch", reason="make test-models installs PyTorch")

from torch import nn  # noqa: E402
from torch.nn.functional import cross_entropy  # noqa: E402

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
BATCHES = 5  # of 10 samples each, in an epoch


def samples():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(50, 6, generator=generator), torch.randint(0, 3, (50,), generator=generator)


def installed(name):
    return pytest.importorskip(name, reason="make test-models installs it")


def fails_at(count):
    """Raises when it is called for that time; never for 0."""
    calls = iter(range(1, 10**6))

    def check():
        if next(calls) == count:
            raise RuntimeError("no such luck")

    return check


class OfLightning:
    """A training by one of the two packages."""

    def __init__(self, library="lightning"):
        self.library = installed(library)

    def callback(self, path, **options):
        return ls.callbacks.Lightning(path, **options)

    def fit(self, *callbacks, fails=0, accumulate=1, epochs=3, **options):
        """The module, the trainer, and the losses of all batches."""
        check, losses = fails_at(fails), []

        class Module(self.library.LightningModule):
            def __init__(self):
                super().__init__()
                self.net = nn.Sequential(nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 3))

            def forward(self, x):
                return self.net(x)

            def training_step(self, batch, number):
                check()
                loss = cross_entropy(self(batch[0]), batch[1])
                losses.append(loss.item())
                return loss

            def validation_step(self, batch, number):
                outputs = self(batch[0])
                self.log("val_loss", cross_entropy(outputs, batch[1]))
                self.log("val_acc", (outputs.argmax(1) == batch[1]).float().mean())

            def configure_optimizers(self):
                optimizer = torch.optim.SGD(self.parameters(), 0.1, momentum=0.9)
                schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
                return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}

        torch.manual_seed(0)
        module = Module()
        loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*samples()), batch_size=10)
        quiet = dict.fromkeys(
            ("logger", "enable_checkpointing", "enable_progress_bar", "enable_model_summary"), False
        ) | {"accelerator": "cpu"}
        trainer = self.library.Trainer(
            max_epochs=epochs, accumulate_grad_batches=accumulate, callbacks=list(callbacks), **quiet | options
        )
        trainer.fit(module, loader, loader)
        return module, trainer, losses

    def weights(self, module):
        return np.concatenate([one.detach().numpy().ravel() for one in module.parameters()])


class OfTrainer:
    """A training of a small transformer, on its own loss."""

    def __init__(self):
        installed("accelerate")
        self.library = installed("transformers")

    def callback(self, path, **options):
        return ls.callbacks.Trainer(path, **options)

    def fit(self, *callbacks, fails=0, accumulate=1, epochs=3, kind="classes", folder="out", **options):
        """The module, the trainer, and the losses that it logged."""
        torch.manual_seed(0)
        sizes = {"vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
        if kind == "classes":
            settings = self.library.BertConfig(**sizes, intermediate_size=16, max_position_embeddings=12, num_labels=3)
            module = self.library.BertForSequenceClassification(settings)
        else:
            settings = self.library.GPT2Config(
                vocab_size=30, n_positions=12, n_embd=8, n_layer=1, n_head=2, bos_token_id=0, eos_token_id=0
            )
            module = self.library.GPT2LMHeadModel(settings)
        check = fails_at(fails)

        class Failing(self.library.Trainer):
            def training_step(self, *given, **named):
                check()
                return super().training_step(*given, **named)

        arguments = self.library.TrainingArguments(
            str(folder), num_train_epochs=epochs, per_device_train_batch_size=10, learning_rate=0.01,
            gradient_accumulation_steps=accumulate, report_to=[], disable_tqdm=True, use_cpu=True, logging_steps=1,
            **{"save_strategy": "no", "eval_strategy": "epoch"} | options,
        )  # fmt: skip
        words = torch.randint(0, 30, (50, 10), generator=torch.Generator().manual_seed(0))
        labels = samples()[1] if kind == "classes" else words
        data = [{"input_ids": one, "labels": label} for one, label in zip(words, labels, strict=True)]
        with pytest.MonkeyPatch.context() as patch:
            # It takes the folder tests/datasets for a package of that name.
            patch.setattr("transformers.trainer.is_datasets_available", lambda: False)
            trainer = Failing(
                module, arguments, train_dataset=data, eval_dataset=data, callbacks=list(callbacks),
                compute_metrics=lambda told: {"accuracy": (told.predictions.argmax(-1) == told.label_ids).mean()},
            )  # fmt: skip
            trainer.train()
        return module, trainer, [one["loss"] for one in trainer.state.log_history if "loss" in one]

    def weights(self, module):
        return np.concatenate([one.detach().numpy().ravel() for one in module.parameters()])


class OfKeras:
    """A training of the small CNN with the PyTorch backend."""

    def __init__(self):
        installed("keras")
        self.library = import_module("keras_nets").keras

    def callback(self, path, **options):
        return ls.callbacks.Keras(path, **options)

    def fit(self, *callbacks, fails=0, accumulate=None, epochs=3):
        """The model, its history, and the losses of all batches."""
        import keras_nets

        keras = self.library
        schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 1, 0.9)
        model = keras_nets.cnn(keras.optimizers.SGD(schedule, gradient_accumulation_steps=accumulate))
        inner, check, losses = model.compute_loss, fails_at(fails), []

        def watched(*given, training=True, **named):
            loss = inner(*given, training=training, **named)
            if training:
                check()
                losses.append(loss.item())
            return loss

        model.compute_loss = watched
        x, y = keras_nets.digits(50)
        fit = {"batch_size": 10, "epochs": epochs, "verbose": 0, "validation_data": (x, y)}
        return model, model.fit(x, y, callbacks=list(callbacks), **fit), losses

    def weights(self, model):
        arrays = [self.library.ops.convert_to_numpy(one).ravel() for one in model.trainable_variables]
        return np.concatenate(arrays)


TRAININGS = {
    "lightning": OfLightning,
    "pytorch_lightning": lambda: OfLightning("pytorch_lightning"),
    "trainer": OfTrainer,
    "keras": OfKeras,
}


@pytest.fixture(params=TRAININGS)
def training(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return TRAININGS[request.param]()


def test_a_training_is_a_run(training, tmp_path):
    """Each step with its loss, its learning rate and its gradient, and the parameters before and after all."""
    begins = training.weights(training.fit(epochs=0)[0]) if not isinstance(training, OfTrainer) else None
    callback = training.callback(tmp_path / "r", caption="samples", seed=3)
    module, _, losses = training.fit(callback)
    run = ls.Run.load(tmp_path / "r")
    assert run.finished
    assert run.is_recorded
    np.testing.assert_array_equal(run.steps, np.arange(3 * BATCHES + 1))
    np.testing.assert_allclose(run.history["loss"], losses, rtol=1e-4)
    np.testing.assert_array_equal(run.params, training.weights(module))
    np.testing.assert_array_equal(run.params, run.snapshots[-1])
    if begins is not None:
        np.testing.assert_array_equal(run.snapshots[0], begins)
    rates = run.history["lr"]
    if isinstance(training, OfTrainer):
        np.testing.assert_allclose(rates, 0.01 * (1 - np.arange(3 * BATCHES) / (3 * BATCHES)), rtol=1e-6)
    else:
        np.testing.assert_allclose(rates, rates[0] * 0.9 ** np.arange(3 * BATCHES), rtol=1e-5)
    norms = run.history["gradient_norm"]
    # As often as their share of the time allows, the first step in any case.
    assert norms[0] > 0
    assert (norms[np.isfinite(norms)] > 0).all()
    assert run.settings["seed"] == 3
    assert callback.recorder.steps == 3 * BATCHES


def test_a_training_of_accumulated_batches_is_one_of_steps(training, tmp_path):
    module, _, losses = training.fit(training.callback(tmp_path / "r"), accumulate=BATCHES)
    run = ls.Run.load(tmp_path / "r")
    np.testing.assert_array_equal(run.steps, np.arange(4))
    np.testing.assert_array_equal(run.params, training.weights(module))
    # Transformers log the mean over what was accumulated.
    expected = np.mean(np.reshape(losses, (3, -1)), axis=1)
    np.testing.assert_allclose(run.history["loss"], expected, rtol=1e-4)
    assert np.isnan(run.history["gradient_norm"]).all() == isinstance(training, OfKeras)


def test_what_is_validated_is_measured(training, tmp_path):
    _, told, _ = training.fit(training.callback(tmp_path / "r"))
    history = ls.Run.load(tmp_path / "r").history
    np.testing.assert_array_equal(history["measured_step"], [BATCHES, 2 * BATCHES, 3 * BATCHES])
    if isinstance(training, OfLightning):
        loss, accuracy = ([float(told.callback_metrics[name])] for name in ("val_loss", "val_acc"))
    elif isinstance(training, OfTrainer):
        logged = [one for one in told.state.log_history if "eval_loss" in one]
        loss, accuracy = ([one[name] for one in logged] for name in ("eval_loss", "eval_accuracy"))
    else:
        loss, accuracy = told.history["val_loss"], told.history["val_accuracy"]
    np.testing.assert_allclose(history["test_loss"][-len(loss) :], loss, rtol=1e-6)
    np.testing.assert_allclose(history["test_accuracy"][-len(loss) :], accuracy, rtol=1e-6)


def test_recording_changes_no_bit_of_a_training(training, tmp_path):
    plain, recorded = (training.fit(*given)[0] for given in ([], [training.callback(tmp_path / "r", half=True)]))
    np.testing.assert_array_equal(training.weights(plain), training.weights(recorded))


@pytest.mark.parametrize("same", [True, False])
def test_a_training_that_fails_can_be_gone_on_with(training, same, tmp_path):
    callback = training.callback(tmp_path / "r", resume=True)
    with pytest.raises(RuntimeError, match="no such luck"):
        training.fit(callback, fails=8)
    assert callback.recorder.steps == 7
    run = callback.recorder.run()
    assert not run.finished
    assert len(run.history["loss"]) == 7
    if not same:
        if not isinstance(training, OfLightning):  # which alone tells its callbacks of errors
            callback.recorder.stop()
        callback = training.callback(tmp_path / "r", resume=True)
    training.fit(callback, epochs=1)
    run = ls.Run.load(tmp_path / "r")
    assert run.finished
    assert len(run.history["loss"]) == 7 + BATCHES


CAUGHT = """
import sys
sys.path.insert(0, sys.argv[2])
import test_callbacks as tests
training = tests.TRAININGS[sys.argv[3]]()
try:
    training.fit(training.callback(sys.argv[1]), fails=8)
except RuntimeError:
    print("caught")
"""


@pytest.mark.parametrize("kind", ["trainer", "keras"])
def test_whoever_catches_the_error_has_no_complete_run(kind, tmp_path):
    """Though these libraries tell their callbacks nothing of errors."""
    TRAININGS[kind]()
    words = [sys.executable, "-c", CAUGHT, str(tmp_path / "r"), os.path.dirname(__file__), kind]
    result = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "caught" in result.stdout
    run = ls.Run.load(tmp_path / "r")
    assert not run.finished
    assert len(run.history["loss"]) == 7


def test_a_callback_is_one_of_its_library_and_goes_to_other_processes(training, tmp_path):
    callback = training.callback(tmp_path / "r", snapshots=3)
    library = training.library
    bases = {OfTrainer: "TrainerCallback", OfLightning: "Callback"}
    base = getattr(library, bases[type(training)]) if type(training) in bases else library.callbacks.Callback
    if training.library.__name__ != "pytorch_lightning":  # of two that are imported, the newer one
        assert isinstance(callback, base)
    training.fit(callback, epochs=1)
    for made in (copy.deepcopy(callback), pickle.loads(pickle.dumps(callback))):
        assert made.recorder is None
        training.fit(made, epochs=1)
        assert len(ls.Run.load(tmp_path / "r").steps) <= 4


def test_the_parameters_of_the_last_step_are_kept_where_better_ones_are_put_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    training = OfTrainer()
    best = {"save_strategy": "epoch", "load_best_model_at_end": True, "metric_for_best_model": "eval_loss"}
    # Higher is called better: what is put back is the worst.
    module, trainer, _ = training.fit(
        training.callback(tmp_path / "r"), **best, greater_is_better=True, folder=tmp_path / "out"
    )
    assert trainer.state.best_global_step < trainer.state.global_step
    run = ls.Run.load(tmp_path / "r")
    np.testing.assert_array_equal(run.snapshots[trainer.state.best_global_step], training.weights(module))
    assert (run.params != training.weights(module)).any()
    np.testing.assert_array_equal(run.params, run.snapshots[-1])


def test_early_stopping_of_keras_leaves_the_last_step_as_it_was(tmp_path):
    training = OfKeras()
    better = training.library.callbacks.EarlyStopping("val_loss", patience=2, mode="max", restore_best_weights=True)
    model, told, _ = training.fit(better, training.callback(tmp_path / "r"), epochs=9)
    run, best = ls.Run.load(tmp_path / "r"), 1 + int(np.argmax(told.history["val_loss"]))
    assert best < len(told.history["val_loss"])
    np.testing.assert_array_equal(run.snapshots[best * BATCHES], training.weights(model))
    assert (run.params != training.weights(model)).any()
    np.testing.assert_array_equal(run.params, run.snapshots[-1])


def test_a_language_model_s_loss_is_the_mean_over_all_words(tmp_path):
    """Its share of each batch is what it gives, as Trainer counts words over all that are accumulated."""
    training = OfTrainer()
    _, trainer, losses = training.fit(
        training.callback(tmp_path / "r"), kind="words", accumulate=BATCHES, eval_strategy="no", folder=tmp_path
    )
    assert trainer.model_accepts_loss_kwargs
    np.testing.assert_allclose(ls.Run.load(tmp_path / "r").history["loss"], losses, rtol=1e-5)


def test_a_trial_of_lightning_replaces_no_run(tmp_path):
    training = OfLightning()
    callback = training.callback(tmp_path / "r")
    training.fit(callback)
    training.fit(callback, fast_dev_run=True)
    assert len(ls.Run.load(tmp_path / "r").history["loss"]) == 3 * BATCHES


def examples():
    """What the page on models shows of callbacks: all three, Keras with PyTorch, and with JAX."""
    return re.findall(r"```py\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)


def test_examples_of_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    of_trainer, of_keras = OfTrainer(), OfKeras()
    keras_nets, transformers = import_module("keras_nets"), of_trainer.library
    bert, trainer, _ = of_trainer.fit(epochs=1, eval_strategy="no")
    module, _, _ = OfLightning().fit(epochs=1)
    names = {
        "ls": ls, "nn": nn, "lightning": installed("lightning"), "transformers": transformers,
        "module": module, "loader": torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*samples()), 10),
        "bert": bert, "settings": trainer.args, "texts": trainer.train_dataset, "classifier": keras_nets.cnn(),
    }  # fmt: skip
    names["images"], names["labels"] = keras_nets.digits()
    monkeypatch.setattr("transformers.trainer.is_datasets_available", lambda: False)
    for example in examples()[:2]:
        exec(compile(example, str(PAGE), "exec", dont_inherit=True), names)
    for name in ("lightning", "bert", "keras"):
        assert ls.Run.load(tmp_path / "runs" / name).finished
    right = of_keras.library.losses.SparseCategoricalCrossentropy(from_logits=True)
    outputs = names["classifier"](names["images"], training=False)
    assert names["walks"][0].loss[-1] == pytest.approx(float(right(names["labels"], outputs)), rel=1e-5)
    batch = {name: torch.stack([one[name] for one in names["texts"]]) for name in ("input_ids", "labels")}
    model = ls.models.torch(bert, lambda outputs, batch: outputs.loss, [batch])
    np.testing.assert_array_equal(model.params, ls.Run.load(tmp_path / "runs" / "bert").params)


OF_JAX = """
import os, sys
os.environ["KERAS_BACKEND"] = "jax"
sys.path.insert(0, sys.argv[1])
import keras, numpy as np
import keras_nets, landscape as ls

x, y = keras_nets.digits()
given = {"batch_size": 15, "epochs": 3, "verbose": 0, "validation_data": (x, y)}
callback = ls.callbacks.Keras("runs/keras", snapshots=20)
plain = keras_nets.cnn()
plain.fit(x, y, **given)
model = keras_nets.cnn()
told = model.fit(x, y, callbacks=[callback], **given).history
for one, other in zip(plain.weights, model.weights):
    np.testing.assert_array_equal(one, other)

run = callback.recorder.run()
assert run.finished and len(run.steps) == 13
flat = np.concatenate([np.ravel(one) for one in model.trainable_variables])
np.testing.assert_array_equal(run.params, flat)
np.testing.assert_allclose(run.history["loss"].reshape(3, 4).mean(axis=1), told["loss"], rtol=1e-5)
np.testing.assert_allclose(run.history["test_loss"], told["val_loss"], rtol=1e-6)
assert (run.history["lr"] == 0.01).all() and run.optimizer == ls.optimizers.Adam(0.01, eps=1e-7)

classifier, images, labels = model, x, y
exec(sys.argv[2])
np.testing.assert_allclose(seen.loss_value(run.params), told["val_loss"][-1], rtol=1e-4)
np.testing.assert_allclose(walks[0].loss[-1], told["val_loss"][-1], rtol=1e-4)
assert np.ptp(surface.loss) > 0.1

fails = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: 1 / (batch - 2))
try:
    keras_nets.cnn().fit(x, y, callbacks=[ls.callbacks.Keras("runs/failed"), fails], **given)
except ZeroDivisionError:
    print("caught")
"""


def test_keras_with_jax_is_recorded_and_drawn(tmp_path):
    for name in ("keras", "jax"):
        installed(name)
    words = [sys.executable, "-c", OF_JAX, os.path.dirname(__file__), examples()[2]]
    result = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "caught" in result.stdout
    run = ls.Run.load(tmp_path / "runs" / "failed")
    assert not run.finished
    assert len(run.history["loss"]) == 3


@pytest.mark.parametrize(
    ("made", "library", "said"),
    [
        ("Lightning", "lightning.pytorch", "lightning is not installed: pip install lightning"),
        ("Trainer", "transformers", "transformers is not installed: pip install transformers accelerate"),
        ("Keras", "keras", "keras is not installed: pip install keras"),
    ],
)
def test_a_library_that_is_missing_is_a_line(made, library, said, monkeypatch):
    for name in (library, "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ls.LandscapeError, match=f"^{said}$"):
        getattr(ls.callbacks, made)("r")


def test_options_are_those_of_a_recording(training, tmp_path):
    with pytest.raises(ValueError, match="unknown option 'snapshot'; did you mean 'snapshots'"):
        training.callback(tmp_path / "r", snapshot=3)
    with pytest.raises(ValueError, match="snapshots = 0 is not allowed"):
        training.fit(training.callback(tmp_path / "r", snapshots=0))
    assert not (tmp_path / "r").exists()
