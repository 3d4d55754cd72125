use super::*;
use crate::testing;

#[test]
fn hooks_have_one_type_in_many_languages() {
    use HookType::{Contrast, HowTo, Number, Question, Statement};
    for (hook, wanted) in [
        ("Why do bridges hum?", Question),
        ("Did you know that octopuses have three hearts", Question),
        ("Warum summen Br\u{fc}cken?", Question),
        ("\u{bf}Por qu\u{e9} zumban los puentes?", Question),
        ("Pourquoi les ponts chantent", Question),
        ("\u{4e3a}\u{4ec0}\u{4e48}\u{5929}\u{7a7a}\u{662f}\u{84dd}\u{8272}\u{7684}", Question),
        ("\u{306a}\u{305c}\u{7a7a}\u{306f}\u{9752}\u{3044}\u{306e}\u{304b}", Question),
        ("How to fold a fitted sheet", HowTo),
        ("How to fold a sheet? Like this.", HowTo),
        ("So geht perfekter Reis", HowTo),
        ("Voici comment plier un drap", HowTo),
        ("You think it is glue, but it is physics.", Contrast),
        ("Das ist kein Zufall, sondern Physik.", Contrast),
        ("Esto no es magia, sino f\u{ed}sica.", Contrast),
        ("7 bridges that hum", Number),
        ("Nearly 40 % of bridges hum", Number),
        ("Three bridges hum", Number),
        ("Drei Br\u{fc}cken summen", Number),
        ("2026\u{5e74}\u{6700}\u{70ed}\u{7684}\u{4e00}\u{5929}", Number),
        ("Some bridges hum in the wind.", Statement),
        ("A butcher hums.", Statement),
        ("Whyte is a bridge", Statement),
        ("", Statement),
    ] {
        assert_eq!(hook_type(hook), wanted, "{hook:?}");
    }
}

#[test]
fn the_structure_of_a_script_counts_its_words_and_scenes() {
    let script = testing::as_journaled(&testing::draft(), &crate::Writer::Person);
    let structure = Structure::of(&script);
    assert_eq!((structure.hook, structure.scenes), (HookType::Statement, 3));
    assert!((45..=110).contains(&structure.words), "{structure:?}");
}

#[test]
fn a_brief_of_an_older_journal_can_still_be_read() {
    let mut old = serde_json::to_value(testing::brief(testing::topic("t"), "one")).unwrap();
    for key in ["format", "suggested_hashtags", "dossier"] {
        old.as_object_mut().unwrap().remove(key);
    }
    assert_eq!(serde_json::from_value::<crate::Brief>(old).unwrap(), testing::brief(testing::topic("t"), "one"));
}
