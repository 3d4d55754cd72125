//! What the phone's media index answers. `content` says its failures with exit code 0, so the text decides.

/// One row of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: u64,
    /// Bytes.
    pub(crate) size: u64,
    /// Whether the index has read the video's length: it has looked inside.
    pub(crate) has_duration: bool,
}

/// The first row of `content query --projection _id:_size:duration`, if there is one that makes sense.
pub(crate) fn first_row(answer: &str) -> Option<Row> {
    let line = answer.lines().find_map(|line| line.trim().strip_prefix("Row: 0 "))?;
    let field = |name: &str| line.split(", ").find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    Some(Row {
        id: field("_id")?.parse().ok()?,
        size: field("_size")?.parse().ok()?,
        has_duration: field("duration").is_some_and(|value| value.parse::<u64>().is_ok()),
    })
}

#[cfg(test)]
mod tests;
