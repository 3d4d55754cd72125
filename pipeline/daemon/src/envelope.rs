//! What an item carries, read without its type: each envelope holds the one before it.

use reelpress_core::ItemState;
use reelpress_vocabulary::Brief;
use serde_json::Value;

/// Outermost first.
const ENVELOPES: [&str; 7] = ["scheduled", "approved", "screened", "assembled", "voiced", "scripted", "brief"];

/// What lies in these envelopes, down to `innermost` or to the last one that there is.
pub(crate) fn open(json: &[u8], innermost: &str) -> Option<Value> {
    let mut value: Value = serde_json::from_slice(json).ok()?;
    for envelope in ENVELOPES {
        if let Some(inner) = value.get_mut(envelope) {
            value = inner.take();
        }
        if envelope == innermost {
            break;
        }
    }
    Some(value)
}

/// The brief of an item, wherever on the line it is.
pub(crate) fn brief_of(item: &ItemState) -> Option<Brief> {
    serde_json::from_value(open(&item.input, "brief")?).ok()
}
