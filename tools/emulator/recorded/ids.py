"""The id of a recorded resource, of the shape that the real provider gives.

A type's id is worked out once from the sample in the SDK's documentation (`samples.py`): made of inputs (`zoneId`,
`name`), of the account and Region, of an ARN, or made up in the sample's shape. What the documentation does not say
stands in `id_table.py`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.emulator.emulated import Call
from tools.emulator.mapping import same_name
from tools.emulator.recorded import arns, id_table, shapes
from tools.emulator.recorded.samples import Sample, sample
from tools.emulator.schema import ResourceType, resource

_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"(?:us|eu|ap|ca|sa|me|af|il|mx)(?:-gov)?-[a-z]+-\d")
_SEPARATORS = ("|", ",", ";", "/", ":", "_", "#")
_PLACE = ("account", "region", "suffix", "arn")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an id: `text` between the others as it is, an `input`, the `account`, the `region`, the `arn`, or
    `random` of the shape of `text`. `output` is the property that shows the part, where there is one; an input that
    is not
    given is made up in the shape of `sample`.
    """

    kind: str
    text: str = ""
    output: str | None = None
    sample: str = "id-0123456789abcdef0"


def resource_id(call: Call, seed: str, is_taken: Callable[[str], bool] = lambda _: False) -> str:
    """The id of a new resource. `seed` is what it is made up from; one that `is_taken` is made up again."""
    parts = template(call.type.token)
    for attempt in range(1000):
        made = "".join(_rendered(part, call, f"{seed}#{attempt}") for part in parts)
        if not is_taken(made) or not any(part.kind in ("random", "arn") for part in parts):
            break
    return made


def parts_shown(call: Call) -> dict[str, str]:
    """Output properties that are a part of the id, and what they are: `{"flowLogId": "fl-..."}`."""
    parts = [part for part in template(call.type.token) if part.kind != "text"]
    if len(parts) == 1:
        return {parts[0].output: call.id} if parts[0].output else {}
    if all(part.output is None for part in parts):
        return {}
    separators = {part.text for part in template(call.type.token) if part.kind == "text"}
    if len(separators) != 1:
        return {}
    texts = call.id.split(separators.pop())
    if len(texts) != len(parts):
        return {}
    return {part.output: text for part, text in zip(parts, texts, strict=True) if part.output}


def _rendered(part: Part, call: Call, seed: str) -> str:
    if part.kind == "input":
        prop = call.type.properties[part.text]
        value = call.inputs.get(part.text, prop.default)
        if isinstance(value, (str, int, float)) and value != "":
            return str(value)
        if part.text.endswith(("ccountId", "catalogId", "registryId")):
            return call.place.account
        if part.text.lower().endswith("region"):
            return call.place.region
        where = f"{seed}:{part.text}"
        # The real provider makes up a name where AWS asks for one and the program gives none.
        return (
            shapes.like(part.sample, where)
            if shapes.is_random(part.sample)
            else f"tf-{shapes.digits(where, 26)}"
        )
    if part.kind == "arn":
        return arns.made(call, seed) or shapes.uuid(seed)
    if part.kind == "random":
        return shapes.like(part.text, f"{seed}:{part.text}")
    place = {"account": call.place.account, "region": call.place.region, "suffix": call.place.dns_suffix}
    return place.get(part.kind, part.text)


@functools.lru_cache(maxsize=4096)
def template(token: str) -> tuple[Part, ...]:
    """What the id of a type is made of."""
    kind = resource(token)
    spelled = id_table.TYPES.get(token.split(":")[1])
    if spelled is not None or kind is None:
        return _spelled(spelled or "{random}", kind)
    found = sample(token)
    if found is None:
        return _without_sample(kind)
    return _single(kind, found) if _separator(found) is None else _composite(kind, found)


def _spelled(text: str, kind: ResourceType | None) -> tuple[Part, ...]:
    parts = []
    given = kind.inputs if kind is not None else {}
    for name, plain in re.findall(r"\{(\w+)\}|([^{]+)", text):
        if plain:
            parts.append(Part("text", plain))
        elif name in id_table.RANDOM:
            parts.append(Part("random", id_table.RANDOM[name], _shown_as(kind) if kind else None))
        else:
            placed = name in _PLACE and name not in given
            parts.append(Part(name if placed else "input", name, None if placed and name != "arn" else name))
    return tuple(parts)


def _without_sample(kind: ResourceType) -> tuple[Part, ...]:
    """An id such as the real provider makes where AWS gives none: the kind and a random part."""
    if "arn" in kind.properties and not kind.properties["arn"].input and kind.autoname is None:
        return (Part("arn", output="arn"),)
    return (Part("random", f"{_kebab(kind)}-0123456789abcdef0"),)


def _kebab(kind: ResourceType) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind.token.rsplit(":", 1)[-1]).lower()


def _separator(found: Sample) -> str | None:
    """What stands between the parts of a sample, or None where it is one piece."""
    text = found.text
    pieces = re.split(r",(?=arn:)", text)
    if text.startswith("arn:") and len(pieces) == 1 and not re.search(r"[,|]", text):
        return None
    if (
        found.separator
        and found.separator in text
        and (not text.startswith("arn:") or found.separator in ",|")
    ) and (found.separator in ",|;" or len(found.words) > 1):
        return found.separator
    for sign in _SEPARATORS:
        count = len(_split(text, sign))
        if count > 1 and (
            count == len(found.words) or (sign in "|,;/:" and count <= 5 and len(found.words) != 1)
        ):
            return sign
    return None


def _split(text: str, sign: str) -> list[str]:
    """The parts of a sample. A colon or slash inside of an ARN separates nothing."""
    if sign in ":/_" and "arn:" in text:
        return [text]
    return text.split(sign)


def _composite(kind: ResourceType, found: Sample) -> tuple[Part, ...]:
    sign = _separator(found) or ","
    texts = _split(found.text, sign)
    words = found.words if len(found.words) == len(texts) else ("",) * len(texts)
    parts: list[Part] = []
    used: set[str] = set()
    for text, word in zip(texts, words, strict=True):
        if parts:
            parts.append(Part("text", sign))
        part = _part(kind, text, word, used)
        used.update(name for name in (part.text,) if part.kind == "input")
        parts.append(part)
    return _own(parts) or tuple(parts)


def _own(parts: list[Part]) -> tuple[Part, ...] | None:
    """Of `API/ROUTE` only the route's own part, where no output shows it: then the id is what other resources name.

    Such a composite is what `pulumi import` takes, not what the provider keeps.
    """
    real = [part for part in parts if part.kind != "text"]
    made = [part for part in real if part.kind == "random"]
    return tuple(made) if len(made) == 1 and made[0].output is None and len(real) > 1 else None


def _single(kind: ResourceType, found: Sample) -> tuple[Part, ...]:
    word = found.words[0] if len(found.words) == 1 else ""
    part = _part(kind, found.text, word, set())
    if part.kind == "random" and not shapes.is_random(found.text) and not found.text.startswith("arn:"):
        # The sample is no more than a placeholder: a name of the program's, where there is one, is what is meant.
        named = kind.autoname or ("name" if _is_input(kind, "name") else None)
        if named is not None and (
            "name" in found.text.lower() or (word != "id" and not word.endswith(" id"))
        ):
            return (Part("input", named),)
        if not re.search(r"\d{4}", found.text):
            part = Part("random", f"{_kebab(kind)}-0123456789abcdef0", part.output)
    return (part if part.kind != "random" or part.output else Part(part.kind, part.text, _shown_as(kind)),)


def _shown_as(kind: ResourceType) -> str | None:
    """The output that repeats the id: `zoneId` of a zone."""
    member = kind.token.rsplit(":", 1)[-1]
    name = f"{member[0].lower()}{member[1:]}Id"
    return name if name in kind.properties and not kind.properties[name].input else None


def _part(kind: ResourceType, text: str, word: str, used: set[str]) -> Part:
    name = _property(kind, word, used) if word else None
    if name is not None and _is_own(kind, word) and _fold(name) != word.replace(" ", ""):
        name = None
    is_arn = text.startswith("arn:")
    if name == "arn" and not kind.properties[name].input:
        return Part("arn", output="arn")
    if name is not None and name.endswith("rn") and not is_arn and "arn" not in word:
        name = None
    if name is not None and _is_input(kind, name) and (name != "arn" or kind.properties[name].required):
        return Part("input", name, name, text)
    if is_arn:
        return _arn_part(kind, word)
    if "account" in word or (_ACCOUNT.fullmatch(text) and word in ("", "id")):
        return Part("account", output=name)
    if _REGION.fullmatch(text) or word in ("region", "region name", "aws region"):
        return Part("region", output=name)
    if not word and not shapes.is_random(text):
        guess = _property(kind, re.sub(r"[-_]+", " ", text.lower()), used)
        if guess is not None and _is_input(kind, guess):
            return Part("input", guess)
    return Part("random", text, name)


def _is_own(kind: ResourceType, word: str) -> bool:
    """Whether a word speaks of the resource's own id: `query id` of a `NamedQuery`."""
    return f"{kind.token.rsplit(':', 1)[-1].lower()}id".endswith(word.replace(" ", "")) and len(word) > 2


def _arn_part(kind: ResourceType, word: str) -> Part:
    """The resource's own ARN, or one that the program gives."""
    own = kind.properties.get("arn")
    if own is not None and own.output:
        return Part("arn", output="arn")
    shown = _property(kind, word, set()) if word else None
    if shown is not None and shown.endswith("Arn") and not kind.properties[shown].input:
        return Part("arn", output=shown)
    given = [
        name
        for name, prop in kind.properties.items()
        if prop.input and (name.endswith(("Arn", "Identifier")) or name == "arn")
    ]
    best = sorted(
        given, key=lambda name: (not kind.properties[name].required, same_name(name) not in same_name(word))
    )
    return Part("input", best[0]) if best else Part("arn")


def _is_input(kind: ResourceType, name: str) -> bool:
    prop = kind.properties.get(name)
    return prop is not None and prop.input and prop.type.kind in ("string", "integer", "number")


def _property(kind: ResourceType, word: str, used: set[str]) -> str | None:
    """The property that a word of the documentation means: `hosted zone id` is `zoneId`, `bucket name` is `bucket`."""
    folded = word.replace(" ", "")
    by_fold = {_fold(name): name for name in kind.properties if name not in used}
    if folded in by_fold:
        return by_fold[folded]
    for ending in ("name", "id", "arn", "url"):
        if folded.endswith(ending) and folded.removesuffix(ending) in by_fold:
            return by_fold[folded.removesuffix(ending)]
    close = [
        fold
        for fold, name in by_fold.items()
        if len(fold) > 3
        and (folded.endswith(fold) or (len(folded) > 3 and fold.endswith(folded)))
        and _scalar(kind, name)
    ]
    return (
        by_fold[max(close, key=lambda fold: (kind.properties[by_fold[fold]].required, len(fold)))]
        if close
        else None
    )


def _fold(name: str) -> str:
    return same_name(name).replace("identifier", "id")


def _scalar(kind: ResourceType, name: str) -> bool:
    return kind.properties[name].type.kind in ("string", "integer", "number")
