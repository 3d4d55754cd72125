//! Advertising that is told by the script itself.

use super::Script;
use crate::disclosure::Disclosure;

impl Script {
    /// The script with its advertising told: the caption begins with the words, and the first scene with the spoken
    /// sentence, so that it is heard within the first seconds and yet after the hook. What is told already is not told
    /// twice.
    #[must_use]
    pub fn disclosed(mut self, disclosure: &Disclosure) -> Self {
        self.draft.caption = disclosure.before(&self.draft.caption);
        if !self.speaks(disclosure) {
            let first = self.draft.scenes.first_mut().unwrap_or(&mut self.draft.hook);
            first.narration = [disclosure.spoken.as_str(), first.narration.trim()].join(" ");
        }
        self
    }

    /// True if one of its beats speaks the sentence.
    #[must_use]
    pub fn speaks(&self, disclosure: &Disclosure) -> bool {
        self.beats().any(|beat| disclosure.is_spoken_in(&beat.narration))
    }
}

#[cfg(test)]
mod tests {
    use reelpress_config::{Commercial, Connection, Declared};

    use crate::Disclosure;
    use crate::testing::{draft, scripted};

    #[test]
    fn a_script_that_advertises_says_so_in_its_caption_and_aloud_once() {
        let commercial = Connection { kind: Commercial::Gift, brand: "Acme".to_owned(), ..Connection::default() };
        let declared = Declared { commercial: Some(commercial), ..Declared::default() };
        let told = Disclosure::of(&declared, "en").unwrap();
        let before = scripted(&draft(), "berlin").script;
        let after = before.clone().disclosed(&told);
        assert_eq!(after.draft().caption, "Ad · Acme: A short look at adorable, humming bridges.");
        let narrations: Vec<&str> = after.beats().map(|beat| beat.narration.as_str()).collect();
        assert_eq!(narrations[0], "Some bridges hum in the wind.");
        assert_eq!(narrations[1], "This is an advertisement for Acme. Cables swing at their own pitch.");
        assert!(after.speaks(&told) && !before.speaks(&told));
        assert_eq!(after.clone().disclosed(&told), after);
    }
}
