from commissioning.tenders.queries.conditions import Condition, publish_conditions
from commissioning.tenders.queries.lists import (
    LotView,
    areas_to_choose,
    candidates,
    hint_of,
    lots_of,
    public_tenders,
    tenders_for,
    weight_total_of,
    weights_of,
    with_parts,
)
from commissioning.tenders.queries.stages import Event, Stage, effective_state, stages_of, timeline_of

__all__ = [
    "Condition",
    "Event",
    "LotView",
    "Stage",
    "areas_to_choose",
    "candidates",
    "effective_state",
    "hint_of",
    "lots_of",
    "public_tenders",
    "publish_conditions",
    "stages_of",
    "tenders_for",
    "timeline_of",
    "weight_total_of",
    "weights_of",
    "with_parts",
]
