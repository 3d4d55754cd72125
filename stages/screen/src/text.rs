//! Texts made comparable, and the fields of a script that rules look at.

use reelpress_vocabulary::Script;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    Title,
    Hook,
    Narration,
    OnScreen,
    Caption,
    Hashtags,
}

/// One text of a script, ready to be searched.
#[derive(Debug)]
pub(crate) struct FieldText {
    pub(crate) field: Field,
    /// Such as `scenes[2].narration`.
    pub(crate) path: String,
    /// The text, and once more with a blank for each invisible character, if it holds any.
    pub(crate) readings: Vec<String>,
}

/// Every text of the script, in reading order.
pub(crate) fn fields(script: &Script) -> Vec<FieldText> {
    let draft = script.draft();
    let beats = script.beats().len();
    let mut fields = vec![FieldText::new(Field::Title, "title".to_owned(), &draft.title)];
    for (at, beat) in script.beats().enumerate() {
        let (field, name) = match at {
            0 => (Field::Hook, "hook".to_owned()),
            at if at + 1 == beats => (Field::Narration, "call_to_action".to_owned()),
            at => (Field::Narration, format!("scenes[{}]", at - 1)),
        };
        fields.push(FieldText::new(field, format!("{name}.narration"), &beat.narration));
        fields.push(FieldText::new(Field::OnScreen, format!("{name}.on_screen"), &beat.on_screen));
    }
    fields.push(FieldText::new(Field::Caption, "caption".to_owned(), &draft.caption));
    let tags = draft.hashtags.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ");
    fields.push(FieldText::new(Field::Hashtags, "hashtags".to_owned(), &tags));
    fields
}

impl FieldText {
    fn new(field: Field, path: String, text: &str) -> Self {
        let mut readings = vec![normalised(text)];
        if text.chars().any(is_invisible) {
            let apart = text.chars().map(|c| if is_invisible(c) { ' ' } else { c }).collect::<String>();
            readings.push(normalised(&apart));
        }
        Self { field, path, readings }
    }
}

/// Lower case, compatible forms folded (NFKC), typographic quotes and hyphens made plain, invisible characters out.
pub(crate) fn normalised(text: &str) -> String {
    let plain = text.nfkc().filter(|c| !is_invisible(*c)).map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}' | '\u{2011}' => '-',
        c => c,
    });
    // Lower case can leave a form that folds once more.
    plain.flat_map(char::to_lowercase).nfkc().collect()
}

/// Characters with no width of their own: joiners, marks of direction, variation selectors, tags, soft hyphens.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
