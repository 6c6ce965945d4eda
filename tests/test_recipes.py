"""Recipes, schedules and augmentation."""

import dataclasses
import json
import math

import pytest
import torch

from course import Recipe, augment, recipes
from course.recipes import Constant, Cosine, Exponential, OneCycle, Steps, WarmUp


def test_a_recipe_goes_through_json_unchanged():
    recipe = Recipe(augment=("crop", "flip"), schedule=WarmUp(count=5, after=Steps(at=(0.5, 0.75))), weight_decay=1e-4)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


def test_a_recipe_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Recipe().epochs = 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"learning_rate": math.nan}, "learning_rate must be a number from 0 up, got nan"),
        ({"learning_rate": -0.1}, "learning_rate"),
        ({"momentum": 1.0}, "momentum must be at least 0 and below 1"),
        ({"optimizer": "sdg"}, "optimizer must be one of sgd, adam, adamw, got 'sdg'"),
        ({"precision": "half"}, "precision must be one of float32, bfloat16, float16"),
        ({"augment": "flip"}, "a tuple of any of crop, flip"),
        ({"augment": ("mirror",)}, "a tuple of any of crop, flip"),
        ({"schedule": "cosine"}, "schedule must be one of Constant, Steps"),
        ({"label_smoothing": 1.0}, "label_smoothing"),
    ],
)
def test_a_value_outside_its_range_is_refused_with_the_range(change, words):
    with pytest.raises(ValueError, match=words):
        Recipe(**change)


def test_unknown_fields_of_a_newer_version_are_named():
    with pytest.raises(ValueError, match="unknown recipe fields: warp"):
        Recipe.from_dict(Recipe().to_dict() | {"warp": 9})


def factors(schedule, steps=100):
    return [schedule.factor(step, steps) for step in range(1, steps + 1)]


def test_schedules_start_and_end_where_they_say():
    assert set(factors(Constant())) == {1.0}
    assert [factors(Steps())[i - 1] for i in (50, 51, 75, 76)] == pytest.approx([1, 0.1, 0.1, 0.01])
    exponential = factors(Exponential(final=0.01))
    assert exponential[0] == 1 and exponential[-1] == pytest.approx(0.01)
    assert exponential[1] / exponential[0] == pytest.approx(exponential[98] / exponential[97])
    cosine = factors(Cosine(final=0.1), 101)
    assert [cosine[0], cosine[50], cosine[100]] == pytest.approx([1, 0.55, 0.1])
    cycle = factors(OneCycle(), 101)
    assert cycle[0] == pytest.approx(0.04) and cycle[30] == pytest.approx(1) and cycle[-1] == pytest.approx(1e-4)
    assert max(cycle) <= 1
    warm = factors(WarmUp(count=10, after=Cosine()))
    assert warm[:10] == [0.1] * 10 and warm[10:] == factors(Cosine())[10:]


@pytest.fixture
def images():
    return torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(0)) + 1  # no zero inside


def generator():
    return torch.Generator().manual_seed(1)


@pytest.mark.parametrize("name", ["crop", "flip", "shift", "erase"])
def test_augmentation_is_a_function_of_batch_and_generator_and_leaves_the_batch_alone(images, name):
    before = images.clone()
    once, again = (augment.BY_NAME[name](images, generator()) for _ in range(2))
    assert torch.equal(once, again) and torch.equal(images, before)
    assert once.shape == images.shape and not torch.equal(once, images)


def test_a_crop_is_a_window_of_the_padded_image(images):
    cropped = augment.crop(images, generator(), padding=2)
    padded = torch.nn.functional.pad(images, (2, 2, 2, 2))
    for one, whole in zip(cropped, padded, strict=True):
        windows = [whole[:, top : top + 8, left : left + 8] for top in range(5) for left in range(5)]
        assert sum(torch.equal(one, window) for window in windows) >= 1
    assert len({tuple((one != 0).any(0).flatten().tolist()) for one in cropped}) > 1, "each image has its own window"


def test_flip_mirrors_about_half_of_the_images():
    images = torch.arange(8.0).expand(2000, 1, 8, 8)
    flipped = augment.flip(images, generator())
    mirrored = (flipped[:, 0, 0, 0] == 7).float()
    assert torch.equal(flipped[mirrored.bool()], images[mirrored.bool()].flip(3))
    assert 0.45 < mirrored.mean() < 0.55  # 4.5 standard deviations


def test_erase_sets_one_square_to_zero(images):
    erased = augment.erase(images, generator(), size=3)
    assert ((erased == 0).sum((1, 2, 3)) == 27).all()


@pytest.mark.parametrize(
    ("recipe", "text"),
    [
        (Recipe(), "Recipe()"),
        (Recipe(learning_rate=0.05, epochs=5), "Recipe(epochs=5, learning_rate=0.05)"),
        (
            Recipe(augment=("flip",), schedule=WarmUp(after=Steps(at=(0.5,)))),
            "Recipe(schedule=WarmUp(count=400, before=0.1, after=Steps(at=(0.5,), drop=0.1)), augment=('flip',))",
        ),
    ],
)
def test_a_recipe_prints_as_the_shortest_call_that_makes_it(recipe, text):
    assert repr(recipe) == text
    assert eval(text, vars(recipes)) == recipe
