"""What a call cost, by the price list of the genai-prices package."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Tokens:
    """What one call took. input counts all input; cache_read, cache_write_5m and cache_write_1h are parts of it."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0


def price(model: str, tokens: Tokens, *, batch: bool = False) -> Decimal | None:
    """US dollars by Anthropic's list price, or None for a model that the list does not know. One call at a time:
    some models charge every token of a long prompt more. Source: https://github.com/pydantic/genai-prices.

    batch: bought in a batch, at half the price; discounts for cached input are kept.
    https://platform.claude.com/docs/en/build-with-claude/batch-processing#pricing
    """
    from genai_prices import Usage, calc_price  # its list takes a moment to load

    usage = Usage(
        input_tokens=tokens.input,
        output_tokens=tokens.output,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write_5m + tokens.cache_write_1h,
        cache_write_1h_tokens=tokens.cache_write_1h,
    )
    try:
        listed = calc_price(usage, model, provider_id="anthropic").total_price
    except LookupError:
        return None
    # The list has batch prices, too, but of some models none, and of others none before a day of this year.
    return listed / 2 if batch else listed
