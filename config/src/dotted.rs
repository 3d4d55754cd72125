//! Dotted keys as a person would write them in the file.

/// `path.key`, the key in quotes where TOML needs them.
pub(crate) fn join(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-*".contains(&b));
    let key = if bare { key.to_owned() } else { format!("\"{}\"", key.escape_debug()) };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
