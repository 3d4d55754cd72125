//! The built-in writer: no network, no key, no invention. It chooses among the topic's own sentences, puts them into the
//! shape of a short video, and lends them only manner: how to open, how to go on, how to close.

mod dice;
mod figures;
mod hooks;
mod keyphrase;
mod publisher;
mod select;

use reelpress_config::Niche;
use reelpress_core::Reason;
use reelpress_vocabulary::{Brief, Scene, Script, ScriptDraft, ScriptLimits, Writer, spoken_words};

use crate::craft;
use crate::evidence::Pack;
use crate::llm::prompt::words_aim;
use crate::material::{Material, shortened};
use crate::phrases::{Kind, Phrase, PhraseBook, primary};
use crate::review::{self, Objection, Rules};
use dice::Dice;
use hooks::Hook;
use keyphrase::Phrases;
use publisher::{host, publisher};

/// Spoken words aimed at: 30 seconds at 165 words a minute.
const WORDS_AIM: usize = 82;
/// Spoken words over the aim that are let pass: 34 seconds.
const WORDS_OVER: usize = 12;
/// Scenes at most; more than that is a slide show.
const SCENES_MAX: usize = 6;
/// Characters of on-screen text that can be read in passing.
const ON_SCREEN_MAX: usize = 42;
/// Characters of a headline that still fits on the screen as it is.
const TITLE_ON_SCREEN_MAX: usize = 60;

/// A script, or why a person must look first.
pub(crate) fn write(brief: &Brief, niche: &Niche, limits: &ScriptLimits, pack: &Pack) -> Result<Script, Reason> {
    let (language, book) = book_for(brief)?;
    let material = Material::of(pack, book);
    let plan = Plan::new(&material, brief, niche, limits, (language, book));
    // The sentences are the evidence's own: what can go wrong is what the phrases around them make of them.
    let rules = Rules { brief, niche, limits, pack, weigh: false, may_cut: false, told: "" };
    let mut problems = None;
    let ways = plan.ways();
    if ways.is_empty() && !plan.title.is_empty() && !material.sentences.is_empty() {
        return Err(too_slow(&material, limits));
    }
    for draft in ways.into_iter().filter_map(|hook| plan.draft(&hook)) {
        match review::review(draft, Writer::Builtin { phrases: language.to_owned() }, &rules) {
            Ok(script) => return Ok(script),
            Err(found) => problems = Some(found),
        }
    }
    Err(problems.map_or_else(
        || too_little(&material, limits),
        |Objection { kind, message }| {
            let kind = if kind == review::SHAPE { "unusable_text" } else { kind };
            Reason::new(kind, format!("the topic's own text does not make a script: {}", shortened(&message, 500)))
        },
    ))
}

fn too_slow(material: &Material, limits: &ScriptLimits) -> Reason {
    Reason::new(
        "slow_hook",
        format!(
            "nothing that topic `{}` tells can open a video within two seconds, {} words (use a language model, or \
             `make --script`)",
            shortened(&material.title, 80),
            limits.hook_words_max
        ),
    )
}

fn too_little(material: &Material, limits: &ScriptLimits) -> Reason {
    let words = material.sentences.iter().map(|sentence| sentence.words).sum::<usize>();
    Reason::new(
        "too_little_text",
        format!(
            "topic `{}` has {words} usable words in {} sentences, too few for a script of {} to {} words (use a \
                 feed with summaries, a language model, or `make --script`)",
            shortened(&material.title, 80),
            material.sentences.len(),
            limits.words_min,
            limits.words_max
        ),
    )
}

fn book_for(brief: &Brief) -> Result<(&'static str, &'static PhraseBook), Reason> {
    let Some((language, book)) = PhraseBook::of(&brief.language) else {
        return Err(Reason::new(
            "no_phrase_book",
            format!(
                "the built-in writer does not write `{}`, only {} (set a language model in [script])",
                shortened(&brief.language, 20),
                PhraseBook::languages()
            ),
        ));
    };
    let spoken = primary(&brief.topic.language);
    if spoken != language && spoken != "und" && !spoken.is_empty() {
        return Err(Reason::new(
            "language_mismatch",
            format!(
                "the topic is in `{}` and the script must be in `{language}`; the built-in writer does not translate \
                 (set a language model in [script])",
                shortened(&spoken, 20)
            ),
        ));
    }
    Ok((language, book))
}

struct Plan<'a> {
    material: &'a Material,
    niche: &'a Niche,
    limits: &'a ScriptLimits,
    book: &'a PhraseBook,
    language: &'static str,
    brief: &'a Brief,
    phrases: Phrases<'a>,
    manner: &'a str,
    title: String,
    seed: u64,
    dice: Dice,
}

impl<'a> Plan<'a> {
    fn new(
        material: &'a Material,
        brief: &'a Brief,
        niche: &'a Niche,
        limits: &'a ScriptLimits,
        (language, book): (&'static str, &'a PhraseBook),
    ) -> Self {
        let title = as_sentence(&material.title);
        let dice = Dice::new(brief.seed, &material.title);
        let manner = book.manner(&niche.tone);
        let phrases = Phrases::new(book);
        Self { material, niche, limits, book, language, brief, phrases, manner, title, seed: brief.seed, dice }
    }

    /// The whole draft with this opening, or `None` if the topic has too little for it.
    fn draft(&self, hook: &Hook) -> Option<ScriptDraft> {
        if self.title.is_empty() {
            return None;
        }
        let sources = &self.material.sources;
        let closing = self.closing();
        let around = spoken_words(&hook.narration) + spoken_words(&closing);
        let wished = words_aim(self.brief, WORDS_AIM, self.limits);
        let most = self.limits.words_max.min(wished + WORDS_OVER).checked_sub(around)?;
        let least = self.limits.words_min.saturating_sub(around);
        let aim = wished.saturating_sub(around);
        let used = hook.used.or_else(|| self.told_by_title());
        let wish = select::Wish { used, wants: hook.wants, least, aim, most, title: &self.title };
        let chosen = select::sentences(&self.material.sentences, &wish, &self.phrases, &mut self.dice.named("select"))?;
        let scenes = self.scenes(&chosen, hook, most);
        if scenes.len() < self.limits.scenes_min {
            return None;
        }
        let on_screen =
            if craft::call_to_action(self.niche, self.seed).is_empty() { None } else { Some(closing.as_str()) };
        let on_screen = on_screen.filter(|text| text.chars().count() <= ON_SCREEN_MAX).map_or_else(
            || host(sources).map(|host| format!("{}: {}", self.book.source_label, publisher(host))).unwrap_or_default(),
            ToOwned::to_owned,
        );
        Some(ScriptDraft {
            title: shortened(&self.material.title, 100),
            other_hooks: self.other_hooks(hook, &chosen),
            hook: Scene {
                narration: hook.narration.clone(),
                on_screen: fitting(&hook.on_screen, self.limits),
                show: self.show(&self.material.title),
                figures: hook.figures.clone(),
                ..Scene::default()
            },
            scenes,
            call_to_action: Scene {
                narration: closing,
                on_screen: fitting(&on_screen, self.limits),
                show: self.show(&self.material.title),
                ..Scene::default()
            },
            caption: self.caption(&chosen, used),
            hashtags: self.hashtags(),
            sources: sources.clone(),
        })
    }

    /// More ways to open the very same body, as many as the niche asks for.
    fn other_hooks(&self, first: &Hook, chosen: &[usize]) -> Vec<Scene> {
        let fits = |hook: &Hook| {
            hook.narration != first.narration && hook.used.is_none() && hook.wants.is_none_or(|at| chosen.contains(&at))
        };
        let others = self.ways().into_iter().filter(fits).take(craft::other_hooks(self.niche));
        let scene = |hook: Hook| Scene {
            on_screen: fitting(&hook.on_screen, self.limits),
            show: self.show(&self.material.title),
            narration: hook.narration,
            figures: hook.figures,
            ..Scene::default()
        };
        others.map(scene).collect()
    }

    fn closing(&self) -> String {
        let own = craft::call_to_action(self.niche, self.seed);
        if !own.is_empty() {
            return own;
        }
        let has_source = !self.material.sources.is_empty();
        let fitting = |phrase: &&Phrase| {
            phrase.suits(self.manner) && (phrase.kind == Kind::Plain || (phrase.kind == Kind::Source && has_source))
        };
        let closings = self.book.closings.iter().filter(fitting).collect::<Vec<_>>();
        self.dice.named("closing").pick(&closings).map_or_else(String::new, |phrase| phrase.text.clone())
    }

    /// Scenes at most: what own best posts had, else what is no slide show.
    fn scenes_most(&self) -> usize {
        let learnt = self.brief.format.as_ref().and_then(|prior| prior.scenes).map(|(_, to)| to as usize);
        learnt.unwrap_or(SCENES_MAX).min(SCENES_MAX).max(self.limits.scenes_min).min(self.limits.scenes_max).max(1)
    }

    fn scenes(&self, chosen: &[usize], hook: &Hook, most: usize) -> Vec<Scene> {
        let mut groups = chosen.iter().map(|at| vec![*at]).collect::<Vec<_>>();
        let ranked = groups.len() <= self.scenes_most() && self.rank(&mut groups);
        while groups.len() > self.scenes_most() {
            let words = |group: &[usize]| group.iter().map(|at| self.material.sentences[*at].words).sum::<usize>();
            let shortest = (1..groups.len()).min_by_key(|at| words(&groups[at - 1]) + words(&groups[*at]));
            let Some(at) = shortest else { break };
            let joined = groups.remove(at);
            groups[at - 1].extend(joined);
        }
        let spoken = chosen.iter().map(|at| self.material.sentences[*at].words).sum::<usize>();
        let bridges = self.bridges(&groups, most.saturating_sub(spoken), (hook.answer, ranked));
        let mut shown = vec![hook.on_screen.to_lowercase()];
        groups
            .iter()
            .zip(bridges)
            .map(|(group, bridge)| {
                let said =
                    group.iter().map(|at| self.material.sentences[*at].text.as_str()).collect::<Vec<_>>().join(" ");
                let on_screen = self.on_screen(&said, &mut shown);
                let show = self.show(&said);
                let figures = self.figures_of(group, &on_screen, hook, ranked);
                let narration = bridge.map_or_else(|| said.clone(), |bridge| format!("{bridge} {said}"));
                Scene { narration, on_screen: fitting(&on_screen, self.limits), show, figures, ..Scene::default() }
            })
            .collect()
    }

    /// None to two bridges, none before a scene that leans on the one before it. The answer to the headline's question and
    /// the top of a ranking are announced first of all.
    fn bridges(
        &self,
        groups: &[Vec<usize>],
        mut room: usize,
        (answer, ranked): (Option<usize>, bool),
    ) -> Vec<Option<String>> {
        let mut dice = self.dice.named("bridge");
        let mut bridges = vec![None; groups.len()];
        let answers = |group: &Vec<usize>| answer.is_some_and(|at| group.first() == Some(&at));
        let answer = groups.iter().position(answers).map(|place| (place, Kind::Answer));
        let top = ranked.then(|| (groups.len() - 1, Kind::Largest));
        for (place, kind) in answer.into_iter().chain(top) {
            let known = |phrase: &&Phrase| phrase.kind == kind && phrase.suits(self.manner);
            let known = self.book.bridges.iter().filter(known).collect::<Vec<_>>();
            if let Some(phrase) = dice.pick(&known).filter(|phrase| spoken_words(&phrase.text) <= room) {
                room -= spoken_words(&phrase.text);
                bridges[place] = Some(phrase.text.clone());
            }
        }
        let last = groups.len().saturating_sub(1);
        let wanted = if groups.len() >= 4 { (dice.roll() % 3) as usize } else { (dice.roll() % 2) as usize };
        let mut places = (1..groups.len()).collect::<Vec<_>>();
        dice.shuffle(&mut places);
        let mut kinds = Vec::new();
        for place in places {
            let sentence = &self.material.sentences[groups[place][0]];
            let near = bridges[place - 1].is_some() || bridges.get(place + 1).is_some_and(Option::is_some);
            if kinds.len() == wanted || sentence.leans || near || bridges[place].is_some() || ranked {
                continue;
            }
            let year = keyphrase::year_told_late(&sentence.text);
            let figure = self.phrases.number(&sentence.text).is_some();
            let fits = |phrase: &&Phrase| {
                phrase.suits(self.manner)
                    && !kinds.contains(&phrase.kind)
                    && match phrase.kind {
                        Kind::Year => year.is_some(),
                        Kind::Figure => figure,
                        Kind::Last => place == last,
                        Kind::Plain => place != last && place > 0,
                        Kind::Title
                        | Kind::Fact
                        | Kind::Number
                        | Kind::Aside
                        | Kind::Question
                        | Kind::Change
                        | Kind::Answer
                        | Kind::Largest
                        | Kind::Source => false,
                    }
            };
            let fitting = self.book.bridges.iter().filter(fits).collect::<Vec<_>>();
            let Some(phrase) = dice.pick(&fitting) else { continue };
            let text = phrase.text.replace("{year}", year.as_deref().unwrap_or_default());
            let words = spoken_words(&text);
            if words > room {
                continue;
            }
            room -= words;
            kinds.push(phrase.kind);
            bridges[place] = Some(text);
        }
        bridges
    }

    /// The first sentence, if the headline says it already.
    fn told_by_title(&self) -> Option<usize> {
        let first = self.material.sentences.first()?;
        self.phrases.repeats(&first.text, &self.material.title).then_some(0)
    }

    /// What the topic is about, for pictures and hashtags.
    fn subject(&self, most: usize) -> Vec<String> {
        let text = self.material.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
        self.phrases.shared_words(&self.material.title, &text, most)
    }

    /// The first key phrase that is not on the screen already and is not the sentence again.
    fn on_screen(&self, said: &str, shown: &mut Vec<String>) -> String {
        let plain = said.trim_end_matches(['.', '!']);
        let found = self.phrases.keys(said).into_iter().find(|key| {
            let lower = key.to_lowercase();
            key.chars().count() <= ON_SCREEN_MAX.min(self.limits.on_screen_max)
                && key != plain
                && shown.iter().all(|other| *other != lower)
        });
        let found = found.unwrap_or_default();
        shown.push(found.to_lowercase());
        found
    }

    /// Words for the picture library: the topic's subject and what this beat adds to it.
    fn show(&self, said: &str) -> String {
        let mut words = self.subject(2);
        for word in self.phrases.subject_words(said, 2) {
            if !words.contains(&word) {
                words.push(word);
            }
        }
        shortened(&words.join(" "), 100)
    }

    fn caption(&self, chosen: &[usize], used: Option<usize>) -> String {
        let sentences = &self.material.sentences;
        let unused = (0..sentences.len()).find(|at| !chosen.contains(at) && Some(*at) != used && !sentences[*at].leans);
        let more = unused.map(|at| sentences[at].text.as_str()).filter(|text| text.chars().count() <= 300);
        let first = [Some(self.title.as_str()), more].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let label = &self.book.source_label;
        let source = host(&self.material.sources).map_or_else(String::new, |host| format!("\n{label}: {host}"));
        let room = self.limits.caption_max.saturating_sub(source.chars().count());
        format!("{}{source}", shortened(&first, room))
    }

    fn hashtags(&self) -> Vec<String> {
        let text = self.material.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" ");
        let nouns = self.phrases.nouns(&self.material.title, &text);
        let own = self.subject(6).into_iter().filter(|word| nouns.contains(word)).take(3);
        let tags = self.brief.suggested_hashtags.iter().cloned().chain(own).collect();
        craft::hashtags(&self.niche.hashtags, tags, self.limits.hashtags_max)
    }
}

fn as_sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', '\u{2026}']) { text.to_owned() } else { format!("{text}.") }
}

fn fitting(text: &str, limits: &ScriptLimits) -> String {
    shortened(text, limits.on_screen_max)
}

#[cfg(test)]
mod tests;
