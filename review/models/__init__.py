from review.models.approvals import Approval, ChainHead
from review.models.holds import ImageHold
from review.models.physicians import Physician
from review.models.steps import ReviewTask, ReviewTaskState


__all__ = ["Approval", "ChainHead", "ImageHold", "Physician", "ReviewTask", "ReviewTaskState"]
