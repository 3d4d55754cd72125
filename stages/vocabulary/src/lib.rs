//! The words of the trade as types: what one stage hands to the next.
