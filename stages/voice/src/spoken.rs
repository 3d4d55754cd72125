pub(crate) struct Said { pub(crate) written: String, pub(crate) said: String, pub(crate) ends_sentence: bool }
pub(crate) fn spoken(narration: &str, _language: &str) -> Vec<Said> {
    narration.split_whitespace().map(|w| Said { written: w.to_owned(), said: w.to_owned(), ends_sentence: w.ends_with(['.', '!', '?']) }).collect()
}
