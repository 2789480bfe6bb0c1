"""The losses of several who learn by themselves, as two players do."""

from __future__ import annotations

from playground.run import Run
from playground.subjects import Facts, Findings, Index, Subject, checked, gradients_of, learners, size


class Game(Subject):
    """What each player makes small."""

    place = 0
    kind = "loss"
    slope = False
    labels = ("", "")

    @classmethod
    def has(cls, run: Run, name: str) -> bool:
        """It has one name, where there are several losses."""
        return name == "loss" and len(learners(run)) > 1

    def __init__(self, run: Run, name: str, index: Index) -> None:
        super().__init__(run, name, checked(name, index, ()))
        self.players = [learner.rstrip("/") for learner in learners(run)]
        self.losses = [next(place for place in run.program.places if place.endswith(f"{player}/loss")) for player in self.players]
        self.labels = (f"{self.players[0]}'s loss", f"{self.players[1]}'s loss")

    def now(self) -> Findings:
        """Of the newest step."""
        if not self.stepped:
            return Findings(None, None)
        losses = [float(self.run.view(name)) for name in self.losses]
        return Findings(losses[0], losses[1], gradients=gradients_of(self.run), table=self._table(losses))

    def _table(self, losses: list[float]) -> Facts:
        rows = [
            {"label": player, "numbers": [loss, size(self.run.view(f"{player}/gradients"))], "open": None}
            for player, loss in zip(self.players, losses, strict=True)
        ]
        return {"title": "Players", "heads": [["loss", "number"], ["gradient", "gradient"]], "rows": rows}
