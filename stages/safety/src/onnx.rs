//! A look at a model's file without any library: is it whole?

/// Longest list of fields that is walked; models have about ten.
const MOST_FIELDS: usize = 10_000;
/// `ModelProto.graph` (onnx.proto3).
const GRAPH: u64 = 7;

/// True if the bytes are a protobuf message to the last byte that holds one graph: neither a page of HTML, nor a pointer
/// to a file that was not fetched, nor the first half of a model.
pub(crate) fn is_whole(file: &[u8]) -> bool {
    let (mut rest, mut graphs) = (file, 0);
    for _ in 0..MOST_FIELDS {
        if rest.is_empty() {
            return graphs == 1;
        }
        let Some((field, behind)) = field(rest) else { return false };
        graphs += usize::from(field == GRAPH);
        rest = behind;
    }
    false
}

/// The number of the first field, and what stands behind it.
fn field(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (key, rest) = varint(bytes)?;
    let (number, kind) = (key >> 3, key & 7);
    let rest = match kind {
        0 => varint(rest)?.1,
        1 => rest.get(8..)?,
        2 => {
            let (length, rest) = varint(rest)?;
            rest.get(usize::try_from(length).ok()?..)?
        }
        5 => rest.get(4..)?,
        _ => return None,
    };
    (number > 0).then_some((number, rest))
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        number |= u64::from(byte & 0x7f).checked_shl(7 * at as u32)?;
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
