//! Mistakes of syntax: one a line, and one for a bracket that is not closed.

use toml::de::Error;

use super::context::{Cause, Context, position};

/// Notes what the TOML parser found, without what follows from a mistake that is noted already.
pub(super) fn note_all(context: &Context<'_>, text: &str, mut errors: Vec<Error>) {
    errors.sort_by_key(|error| offset_of(error, text));
    // Behind an open bracket every line is an error, and only the last one says so.
    let is_open = errors.iter().any(|error| error.message().starts_with("unclosed array"))
        || errors.iter().any(|error| error.message().starts_with("unclosed inline table"));
    let mut last_line = 0;
    for error in &errors {
        let offset = offset_of(error, text);
        let (line, _) = position(text, offset);
        let is_inside = error.message().starts_with("missing comma") || error.message().starts_with("missing key for");
        if is_open && is_inside {
            let message = "this stands inside a list or an inline table that is not closed".to_owned();
            let hint = "close the bracket before it; the rest of the file is not checked";
            return context.note(offset, Cause::OpenBracket, message, Some(hint.to_owned()));
        }
        if line != last_line {
            context.note(offset, Cause::Syntax, error.message().to_owned(), None);
        }
        last_line = line;
    }
}

fn offset_of(error: &Error, text: &str) -> usize {
    error.span().map_or(text.len(), |span| span.start)
}
