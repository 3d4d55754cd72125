use proptest::prelude::*;
use reelpress_config::HookType;
use reelpress_vocabulary::{Figure, FormatPrior, Script, Structure, Topic, hook_type, testing};

use crate::builtin::*;

fn brief(title: &str, summary: &str, language: &str, seed: u64) -> Brief {
    let topic = Topic {
        summary: summary.to_owned(),
        language: language.to_owned(),
        evidence: vec![testing::evidence(title, "https://example.org/a")],
        ..testing::topic(title)
    };
    Brief { seed, language: language.to_owned(), ..testing::brief(topic, "one") }
}

#[track_caller]
fn script(brief: &Brief) -> Script {
    let pack = Pack::of(&brief.topic);
    write(brief, &Niche::default(), &ScriptLimits::default(), &pack).unwrap_or_else(|reason| panic!("{reason}"))
}

fn figure(label: &str, value: f64, unit: &str) -> Figure {
    Figure { label: label.to_owned(), value, unit: unit.to_owned() }
}

const DAMS: &str = "The dam at Alpha holds back a lake in the mountains near the northern border. The wall at Alpha is 300 \
                    meters high. The wall at Beta stands 210 meters above its river. The wall at Gamma reaches 250 meters \
                    above the valley floor. Engineers check every wall with sensors and divers twice in each season.";

#[test]
fn figures_of_one_kind_are_told_in_rising_order_and_each_has_its_chart() {
    let summary = "The wall at Alpha is 300 meters high and stands near the northern border of the country. The wall at Beta \
                   rises 210 meters above its river and was built by hand in the hills. The wall at Gamma reaches 250 meters \
                   above the valley floor and holds back a lake of cold water.";
    for seed in 0..10 {
        let script = script(&brief("Three dams hold back the mountain lakes", summary, "en", seed));
        let scenes = &script.draft().scenes;
        let told = scenes.iter().flat_map(|scene| scene.figures.clone()).collect::<Vec<_>>();
        assert_eq!(told, [figure("", 210.0, "meters"), figure("", 250.0, "meters"), figure("", 300.0, "meters")]);
        let last = &scenes.last().unwrap().narration;
        assert!(
            last.starts_with("And the largest figure of these.") || last.starts_with("The top of this list."),
            "{last}"
        );
    }
}

#[test]
fn two_years_of_one_thing_open_the_video_and_make_a_chart_of_two() {
    let summary = "In 1990 the town counted 120 storks on its roofs and towers. Many pairs had left the valley because the \
                   meadows were dry. In 2020 the town counted 480 storks again. Farmers had opened the old ditches and the \
                   water came back to the fields. Children now watch the nests through a camera on the school roof.";
    let script = script(&brief("Storks return to the valley town", summary, "en", 3));
    let hook = &script.draft().hook;
    assert_eq!(hook.narration, "1990: 120 storks. 2020: 480 storks. Storks return to the valley town.");
    assert_eq!(hook.figures, [figure("1990", 120.0, ""), figure("2020", 480.0, "")]);
    assert!(script.draft().scenes.iter().any(|scene| scene.figures.len() == 2));
}

#[test]
fn a_headline_that_asks_is_asked_only_if_the_text_answers() {
    let answered = "Octopus blood is blue because it carries oxygen with copper. The animal lives in cold water near the sea \
                    floor. Two hearts push blood through the gills, and a third serves the body. Each arm can taste what it \
                    touches in the dark. Most of the nerve cells sit in the arms and not in the head.";
    let asked = script(&brief("Why is octopus blood blue?", answered, "en", 5));
    let told = asked.beats().map(|beat| beat.narration.as_str()).collect::<Vec<_>>();
    assert!(told[0].starts_with("Why is octopus blood blue?"), "{told:?}");
    assert!(
        told.contains(&"Here is the answer. Octopus blood is blue because it carries oxygen with copper."),
        "{told:?}"
    );
    let unanswered = brief("Why do elephants never forget?", answered, "en", 5);
    let written = write(&unanswered, &Niche::default(), &ScriptLimits::default(), &Pack::of(&unanswered.topic));
    let asks = written.is_ok_and(|script| script.draft().hook.narration.starts_with("Why do elephants"));
    assert!(!asks, "nothing answers it");
}

#[test]
fn own_best_posts_lead_the_hook_the_length_and_the_scenes() {
    let summary = "A lightning bolt can heat the air around it to about 50,000 degrees Fahrenheit. The channel is thin and \
                   often only as wide as a thumb. The hot air expands so fast that it sends out a shock wave. Sound needs \
                   about 5 seconds for each mile of the way. Satellites see around 44 flashes every second. Tall towers are \
                   struck many times in a single storm.";
    let plain = brief("Lightning is hotter than the Sun", summary, "en", 0);
    let with = |hook, words, scenes, seed| {
        let format = FormatPrior { hook, words, scenes, posts: 12, ..FormatPrior::default() };
        script(&Brief { format: Some(format), seed, ..plain.clone() })
    };
    for seed in 0..10 {
        for hook in [HookType::Question, HookType::Number, HookType::Statement] {
            let script = with(Some(hook), None, None, seed);
            assert_eq!(hook_type(&script.draft().hook.narration), hook, "{}", script.draft().hook.narration);
        }
        let short = Structure::of(&with(None, Some((50, 60)), Some((3, 3)), seed));
        assert!((45..=72).contains(&short.words) && short.scenes <= 3, "{short:?}");
    }
}

#[test]
fn suggested_hashtags_come_after_the_niches_own_and_banned_ones_never() {
    let tags = ["dams", "fyp", "walls"].map(ToOwned::to_owned).to_vec();
    let brief = Brief { suggested_hashtags: tags, ..brief("Dams hold back the mountain lakes", DAMS, "en", 1) };
    let niche = Niche { hashtags: vec!["engineering".to_owned()], ..Niche::default() };
    let script = write(&brief, &niche, &ScriptLimits::default(), &Pack::of(&brief.topic)).unwrap();
    assert_eq!(script.draft().hashtags[..2], ["engineering", "dams"]);
    assert!(!script.draft().hashtags.contains(&"fyp".to_owned()));
}

#[test]
fn a_slow_voice_gets_a_shorter_first_clause_in_every_manner() {
    let title = "The deepest place that anybody has ever found on Earth could swallow Mount Everest";
    for (tone, seed) in ["", "calm", "lively", "sober"].into_iter().cycle().zip(0..12) {
        let limits = ScriptLimits { hook_words_max: 5, ..ScriptLimits::default() };
        let niche = Niche { tone: tone.to_owned(), ..Niche::default() };
        let brief = brief(title, DAMS, "en", seed);
        let written = write(&brief, &niche, &limits, &Pack::of(&brief.topic));
        let script = written.unwrap_or_else(|reason| panic!("{reason}"));
        let hook = &script.draft().hook.narration;
        assert!(craft::in_time(hook, &limits), "{hook}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 30, ..ProptestConfig::with_cases(48) })]

    /// In every language we write: a script whose first clause is spoken in time and whose figures the evidence has, or a reason.
    #[test]
    fn any_figures_in_any_language_make_a_quick_and_true_script_or_a_reason(
        language in proptest::sample::select(vec!["en", "de", "es", "fr"]),
        facts in proptest::collection::vec((1_900..2_030_u32, 10..90_000_u32, "[A-Z][a-z]{4,8}", "[a-z]{4,9}"), 3..8),
        title in "[A-Z][a-z]{3,9}( [a-z]{3,9}){2,12}[?]?",
        words in 3..9_usize,
        seed: u64,
    ) {
        let line = |(year, value, name, noun): &(u32, u32, String, String)| match language {
            "de" => format!("Im Jahr {year} zählte {name} am Fluss rund {value} Meter und {noun} im Tal."),
            "es" => format!("En {year} la casa de {name} junto al río tenía {value} metros de {noun}."),
            "fr" => format!("En {year} la maison de {name} au bord du fleuve avait {value} mètres de {noun}."),
            _ => format!("In {year} the house of {name} near the river had {value} meters of {noun}."),
        };
        let brief = brief(&title, &facts.iter().map(line).collect::<Vec<_>>().join(" "), language, seed);
        let limits = ScriptLimits { hook_words_max: words, ..ScriptLimits::default() };
        match write(&brief, &Niche::default(), &limits, &Pack::of(&brief.topic)) {
            Ok(script) => {
                prop_assert!(craft::in_time(&script.draft().hook.narration, &limits), "{}", script.draft().hook.narration);
                for figure in script.beats().flat_map(|beat| &beat.figures) {
                    prop_assert!(facts.iter().any(|(_, value, ..)| (f64::from(*value) - figure.value).abs() < 1e-9), "{figure:?}");
                }
            }
            Err(reason) => prop_assert!(!reason.message.is_empty()),
        }
    }
}
