"""An experiment as text that fits into an address, and back. Whatever a link holds, reading it is bounded and safe.

A link is a version, a dot, and base64url of zlib of JSON without what the defaults say. A version never changes its meaning: neither
its dictionary nor a default may change without a new version, and old ones stay readable (tests/golden/links.json holds them to it).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import from_json

from playground.record import Record
from playground.sentences import refusal

R = TypeVar("R", bound=Record)

VERSION = 1
LONGEST = 6_000  # characters that pass every proxy
UNPACKED = 60_000  # bytes; twice what the largest painting says
ADVICE = "Ask for the link again."

# What experiments often say: whatever stands in here costs a link about three bytes. The most frequent things stand last.
WORDS = (
    b'"digest":"","name":".csv","target":"","inputs":["","task":"regression","missing":"frequent""drop""view":{"axes":["",""]}'
    b'"diabetes""wine""iris""breast_cancer""digits""moons""rings""checkerboard","squares":"gauss""plane""hills""sine","frequency":'
    b'"arms""blobs","classes":"early_stopping":"clip":{"kind":"value","limit":"norm","limit":"schedule":{"kind":"step","every":'
    b'"exponential","factor":0.9"one_cycle","rise":"start":"end":"warm_up"{"kind":"cosine","duration":"lowest":"log_cosh""hinge"'
    b'{"kind":"focal","gamma":{"kind":"huber","delta":"mae""mse""loss":"softmax_cross_entropy""binary_cross_entropy"'
    b'"epsilon":1e-"rho":"alpha":"beta1":0."beta2":0.9"weight_decay":0.0"adadelta""adagrad""adamax""nadam""lion""nesterov"'
    b'"rmsprop""adamw""momentum","momentum":0.9"optimizer":{"kind":"sgd","learning_rate":0.1},"training":{"batch_size":"l1":0.0"l2":0.00'
    b'"initializer":{"kind":"constant","value":"uniform","limit":"normal","deviation":"orthogonal","gain":"lecun","distribution":"normal"'
    b'"zeros""glorot""gaussian""sine""softsign""softplus""mish""silu""gelu""selu""elu""leaky_relu","slope":0."linear""sigmoid"'
    b'{"kind":"residual","layers":[{"kind":"dropout","rate":0.5},"test_fraction":0.2"painted","points":[[-1.5,2.0,0],[3.5,-0.5,1]],'
    b'"features":["x1","x2","x1^2","x2^2","x1x2","sin_x1","sin_x2","cos_x1","cos_x2"],"samples":1000,"noise":0.1},'
    b'"activation":"relu","initializer":"he"}],"optimizer":{"kind":"adam","learning_rate":0.03}}'
    b'{"seed":1,"data":{"kind":"circle""xor""spiral"},"layers":[{"kind":"dense","units":8,"activation":"tanh"},'
)


class LinkError(ValueError):
    """A link that cannot be read, or an experiment that fits into none; one sentence."""


def encode(record: Record) -> str:
    """The record as a link. Raises LinkError when it would be too long."""
    text = json.dumps(essence(record), separators=(",", ":"), ensure_ascii=False)
    packer = zlib.compressobj(9, zdict=WORDS)
    packed = packer.compress(text.encode()) + packer.flush()
    link = f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(link) > LONGEST:
        raise LinkError(f"This makes a link of {len(link):,} characters; {LONGEST:,} fit. Save the run as a file instead.")
    return link


def essence(value: Any) -> Any:
    """JSON data without what the defaults say; a record of which only its kind is left is that kind's bare name."""
    if isinstance(value, tuple):
        return [essence(item) for item in value]
    if not isinstance(value, Record):
        return value
    told = {}
    for name, field in type(value).model_fields.items():
        own = essence(getattr(value, name))
        if name == "kind" or own != essence(field.get_default(call_default_factory=True)):
            told[name] = own
    return told["kind"] if told.keys() == {"kind"} else told


def decode(link: str, family: type[R]) -> R:
    """The record of this class that a link holds. Raises LinkError."""
    version, dot, body = link.partition(".")
    if not dot or not re.fullmatch("[0-9]{1,4}", version):
        raise LinkError(f"This is not a link to an experiment: it should begin with {VERSION}. and a code. {ADVICE}")
    if int(version) != VERSION:
        raise LinkError(f"This link is of version {version}, and version {VERSION} can be read here. {ADVICE}")
    if len(link) > LONGEST:
        raise LinkError(f"This link has {len(link):,} characters; {LONGEST:,} fit. {ADVICE}")
    try:
        told = from_json(unpacked(body), allow_inf_nan=False)
        return family.model_validate(told)
    except LinkError:
        raise
    except ValidationError as error:
        raise LinkError(f"This link cannot be followed. {refusal(error)}") from error
    except (ValueError, RecursionError) as error:
        raise LinkError(f"What this link holds is not an experiment. {ADVICE}") from error


def unpacked(body: str) -> bytes:
    """The JSON text in a link's code, at most UNPACKED bytes. Raises LinkError."""
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(zdict=WORDS)
        text = unpacker.decompress(packed, UNPACKED)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise LinkError(f"This link was changed or cut on its way. {ADVICE}") from error
    if unpacker.unconsumed_tail:
        raise LinkError(f"This link would unpack to more than {UNPACKED // 1000:,} kB, so it is not read. {ADVICE}")
    if not unpacker.eof or unpacker.unused_data:
        raise LinkError(f"This link was changed or cut on its way. {ADVICE}")
    return text
