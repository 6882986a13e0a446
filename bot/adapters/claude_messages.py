"""A question as the parameters of a call, and a Message of the SDK as an answer."""

import json
from typing import TYPE_CHECKING

from bot.adapters.prices import Tokens, price
from bot.domain.reply import whole_part
from bot.domain.verdict import Usage
from bot.ports import Answer, Question

if TYPE_CHECKING:  # importing the SDK takes two seconds
    from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

MOST_TOKENS = 10**9  # more in one answer is garbage
# https://platform.claude.com/docs/en/api/handling-stop-reasons
TROUBLE = {
    "max_tokens": "the answer was cut off at its token limit",
    "model_context_window_exceeded": "the answer was cut off where the model's context window ends",
    "refusal": "the model declined to answer",
}


def parameters(model: str, question: Question) -> "MessageCreateParamsNonStreaming":
    """What is sent for a question, alone or in a batch."""
    return {
        "model": model,
        "max_tokens": question.max_tokens,
        "system": [{"type": "text", "text": question.system, "cache_control": {"type": "ephemeral"}}],
        "messages": [{"role": "user", "content": question.user}],
        "output_config": {"format": {"type": "json_schema", "schema": dict(question.schema)}},
    }


def answer_of(message: object, model: str, kind: str, *, batch: bool = False) -> Answer:
    """Read a Message of the SDK, which checks nothing: any field of it may be missing or of another type."""
    usage = _usage(getattr(message, "usage", None), model, kind, batch=batch)
    blocks = getattr(message, "content", None)
    texts = [block.text for block in (blocks if isinstance(blocks, list) else []) if _is_text(block)]
    text, stopped = "".join(texts), getattr(message, "stop_reason", None)
    trouble = TROUBLE.get(stopped, "") if isinstance(stopped, str) else "the service's answer cannot be read"
    try:
        return Answer(json.loads(text), usage, trouble)
    except (ValueError, RecursionError):
        return Answer(whole_part(text), usage, trouble or "the model's answer is not JSON")


def _is_text(block: object) -> bool:
    return getattr(block, "type", None) == "text" and isinstance(getattr(block, "text", None), str)


def _usage(used: object, model: str, kind: str, *, batch: bool) -> Usage:
    """What the call took. The service counts cache writes and reads apart; here they are part of the input."""

    def count(source: object, name: str) -> int:
        value = getattr(source, name, None)
        return value if isinstance(value, int) and 0 < value < MOST_TOKENS else 0

    read, written = count(used, "cache_read_input_tokens"), count(used, "cache_creation_input_tokens")
    hourly = min(count(getattr(used, "cache_creation", None), "ephemeral_1h_input_tokens"), written)
    tokens = Tokens(
        input=count(used, "input_tokens") + read + written,
        output=count(used, "output_tokens"),
        cache_read=read,
        cache_write_5m=written - hourly,
        cache_write_1h=hourly,
    )
    # An answer that says nothing of usage was not necessarily free.
    cost = price(model, tokens, batch=batch) if tokens.input else None
    return Usage(model, kind, tokens.input, tokens.cache_read, tokens.output, cost, batch)
