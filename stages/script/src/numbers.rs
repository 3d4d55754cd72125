//! The honest little guard against invented figures: a number of two or more digits in a script must stand in the
//! topic's own text. It does not see numbers in words, nor a right number put to a wrong thing.

use std::collections::BTreeSet;

use reelpress_vocabulary::{ScriptDraft, Topic};

/// Every number of two or more digits in the draft that the topic's text does not hold, in order, each once.
pub(crate) fn unsupported(draft: &ScriptDraft, topic: &Topic) -> Vec<String> {
    let known = topic_texts(topic).flat_map(numbers).map(|number| number.value).collect::<BTreeSet<_>>();
    let mut told = BTreeSet::new();
    draft_texts(draft)
        .flat_map(numbers)
        .filter(|number| number.value.chars().filter(char::is_ascii_digit).count() >= 2)
        .filter(|number| !known.contains(&number.value) && told.insert(number.value.clone()))
        .map(|number| number.written)
        .collect()
}

fn topic_texts(topic: &Topic) -> impl Iterator<Item = &str> {
    [topic.title.as_str(), topic.summary.as_str()]
        .into_iter()
        .chain(topic.evidence.iter().map(|evidence| evidence.title.as_str()))
}

fn draft_texts(draft: &ScriptDraft) -> impl Iterator<Item = &str> {
    let beats = std::iter::once(&draft.hook).chain(&draft.scenes).chain(std::iter::once(&draft.call_to_action));
    beats
        .flat_map(|beat| [beat.narration.as_str(), beat.on_screen.as_str()])
        .chain([draft.title.as_str(), draft.caption.as_str()])
}

struct Number {
    /// As it stands in the text.
    written: String,
    /// Without separators of thousands, with `.` before decimals.
    value: String,
}

fn numbers(text: &str) -> Vec<Number> {
    let characters = text.chars().collect::<Vec<_>>();
    let mut found = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let mut end = at;
        while end < characters.len()
            && (characters[end].is_ascii_digit()
                || (end > at
                    && is_separator(characters[end])
                    && characters.get(end + 1).is_some_and(char::is_ascii_digit)))
        {
            end += 1;
        }
        if end > at {
            let written = characters[at..end].iter().collect::<String>();
            found.push(Number { value: value_of(&written), written });
        }
        at = end.max(at + 1);
    }
    found
}

fn is_separator(character: char) -> bool {
    matches!(character, ',' | '.' | '\'' | '\u{a0}' | '\u{202f}' | '\u{2019}')
}

/// `20,200`, `20.200` and `20200` are one number; `3.8` and `3,8` are another.
fn value_of(written: &str) -> String {
    let groups = written.split(is_separator).collect::<Vec<_>>();
    let thousands = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    groups.join(if thousands { "" } else { "." })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn values(text: &str) -> Vec<String> {
        numbers(text).into_iter().map(|number| number.value).collect()
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        assert_eq!(values("20,200 km, 20.200 km and 20200 km"), ["20200", "20200", "20200"]);
        assert_eq!(values("3.8 or 3,8 cm. In 1977."), ["3.8", "3.8", "1977"]);
        assert_eq!(values("1,234,567 and 1'234'567"), ["1234567", "1234567"]);
        assert_eq!(values("Foton-M3, 49th, 2,000-year-old, no. 7."), ["3", "49", "2000", "7"]);
        assert_eq!(values("none \u{2014} at all"), Vec::<String>::new());
    }
}
