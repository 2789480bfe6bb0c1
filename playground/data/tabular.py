"""Small tables that come with scikit-learn; nothing is downloaded."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from playground.data import Data, DataSet
from playground.data.dataset import Task, fitted, standardised
from playground.data.split import split


class Table(Data):
    """Rows of a table, its inputs standardised."""

    group: ClassVar[str] = "table"
    row: ClassVar[str] = "row"
    loader: ClassVar[str]  # its name in sklearn.datasets
    options: ClassVar[dict[str, Any]] = {}
    target: ClassVar[str] = "class"

    test_fraction: float = Field(0.25, ge=0, le=0.9, title="Test share", description="The share of rows that is never trained on.")

    def make(self) -> DataSet:
        """The rows, split. Means and scales come from the training rows."""
        from sklearn import datasets  # not above: it takes a second to import, which most pages can do without

        table = getattr(datasets, self.loader)(**self.options)
        raw, y = table.data.astype(np.float64), table.target.astype(np.float64)
        classes = tuple(str(name) for name in table.get("target_names", ()))
        train, test = split(y, self.test_fraction, self.seed)
        mean, scale = (0.0, 1.0) if classes else fitted(y[train])
        targets = ((y - mean) / scale)[:, None].astype(np.float32)
        inputs, columns = standardised([str(name) for name in table.feature_names], raw, train)
        task: Task = "classification" if classes else "regression"
        return DataSet(task, classes, (self.target,), inputs, columns, raw, targets, train, test, mean, scale)


class Iris(Table):
    """150 irises of three species by the length and width of their petals and sepals (Fisher 1936)."""

    kind: Literal["iris"] = "iris"
    title: ClassVar[str] = "Iris"
    loader: ClassVar[str] = "load_iris"


class Wine(Table):
    """178 Italian wines of three growers by 13 chemical measurements (Forina et al. 1988)."""

    kind: Literal["wine"] = "wine"
    title: ClassVar[str] = "Wine"
    loader: ClassVar[str] = "load_wine"


class BreastCancer(Table):
    """569 breast tumours, benign or malignant, by 30 measurements of their cells (Wolberg, Street and Mangasarian 1993)."""

    kind: Literal["breast_cancer"] = "breast_cancer"
    title: ClassVar[str] = "Breast cancer"
    loader: ClassVar[str] = "load_breast_cancer"


class Diabetes(Table):
    """442 patients by ten measurements; to predict: how far the illness went in a year (Efron et al. 2004)."""

    kind: Literal["diabetes"] = "diabetes"
    title: ClassVar[str] = "Diabetes"
    loader: ClassVar[str] = "load_diabetes"
    options: ClassVar[dict[str, Any]] = {"scaled": False}
    target: ClassVar[str] = "progression"


class Digits(Table):
    """1,797 handwritten digits, 8 x 8 pixels (Alpaydin and Kaynak 1998)."""

    kind: Literal["digits"] = "digits"
    title: ClassVar[str] = "Digits"
    loader: ClassVar[str] = "load_digits"
