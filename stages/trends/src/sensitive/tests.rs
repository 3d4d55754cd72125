use reelpress_config::{Sensitive, SensitivePolicy};
use reelpress_vocabulary::testing;

use super::*;
use crate::testing::niche;

fn found(title: &str, language: &str) -> Vec<SensitiveClass> {
    let topic = Topic { language: language.to_owned(), ..testing::topic(title) };
    SensitiveLists::built_in().marks(&topic).into_iter().map(|mark| mark.class).collect()
}

#[track_caller]
fn is(class: SensitiveClass, language: &str, titles: &[&str]) {
    for title in titles {
        assert!(
            found(title, language).contains(&class),
            "{title:?} in {language} is about {class}: {:?}",
            found(title, language)
        );
        assert!(found(title, "und").contains(&class), "{title:?} is about {class} in whatever language");
    }
}

#[track_caller]
fn is_not(class: SensitiveClass, language: &str, titles: &[&str]) {
    for title in titles {
        let topic = Topic { language: language.to_owned(), ..testing::topic(title) };
        let marks = SensitiveLists::built_in().marks(&topic);
        assert!(
            marks.iter().all(|mark| mark.class != class),
            "{title:?} in {language} is not about {class}: {marks:?}"
        );
    }
}

#[test]
fn tragedies_are_found_and_near_misses_are_not() {
    let class = SensitiveClass::Tragedies;
    is(
        class,
        "en",
        &[
            "Three killed as bridge falls",
            "Gunman shot dead in Ohio",
            "Strong EARTHQUAKE hits coast",
            "Singer dies aged 80",
        ],
    );
    is(
        class,
        "de",
        &[
            "Sängerin ist tot",
            "Tod in den Alpen",
            "Zwei Todesopfer nach Erdbeben",
            "Anschlag in der Innenstadt",
            "Krieg geht weiter",
        ],
    );
    is(class, "es", &["Murió el actor", "Terremoto deja 12 heridos", "Inundacion en Valencia", "La guerra sigue"]);
    is(class, "fr", &["Un séisme fait dix morts", "Attentat à Lyon", "Trois personnes tuées"]);
    is(class, "pt", &["Ator morre no Rio", "Queda de avião deixa vítimas"]);
    is(class, "it", &["Terremoto: tre morti", "Trovato il cadavere"]);
    is(class, "zh", &["四川发生6.1级地震", "著名演员去世", "校园枪击案"]);
    is(class, "ja", &["震度6強の地震", "俳優が死去", "バス爆発"]);
    is_not(
        class,
        "en",
        &[
            "How to pull the perfect shot of espresso",
            "New photos shot on a phone",
            "Deadline for the contest is near",
            "A dead star sings",
            "Shooting stars tonight",
            "A killer app for notes",
            "Star Wars in concert",
            "Todo lists that work",
            "Tod Browning's films restored",
            "Moon shot: budget doubled",
            "Console wars heat up",
            "Photo shooting tips",
        ],
    );
    is_not(
        class,
        "es",
        &["Todo lo que debes saber", "Todos los trenes", "Día de Muertos: las ofrendas", "Toda la verdad"],
    );
    is_not(
        class,
        "de",
        &[
            "Die besten Rezepte",
            "Dies ist neu",
            "Totes Meer schrumpft",
            "Krieg der Sterne im Kino",
            "Ich tue es für dich",
        ],
    );
    is_not(class, "fr", &["Une nature morte de Chardin", "Mort de rire devant ce chat"]);
    is_not(class, "ja", &["人気爆発のアプリ", "犠牲フライで勝利"]);
}

#[test]
fn minors_are_found_by_word_and_by_age() {
    let class = SensitiveClass::Minors;
    is(
        class,
        "en",
        &[
            "Missing girl, 9, found",
            "A 16-year-old coder wins",
            "Toddler walks home",
            "Children of the city",
            "Boy, 12, sets record",
            "Seven-year-old climbs Everest",
        ],
    );
    is(class, "de", &["Sechzehnjährige: 16-jährige Schülerin gewinnt", "Kinder malen", "Jugendliche am See"]);
    is(class, "es", &["Una niña de 7 años gana", "Menores de edad en la red"]);
    is(class, "fr", &["Une fillette retrouvée", "Un garçon de 12 ans gagne"]);
    is(class, "pt", &["Menino de 8 anos vence", "Crianças no parque"]);
    is(class, "it", &["Bambina di 9 anni", "Minorenne al volante"]);
    is(class, "zh", &["12岁男孩获奖", "未成年人保护"]);
    is(class, "ja", &["7歳が優勝", "小学生の発明"]);
    is_not(
        class,
        "en",
        &[
            "A 12-year-old whisky worth trying",
            "A 17-year-old bug in the kernel",
            "An 18-year-old wins",
            "A 71-year-old runs",
            "Fork a child process in C",
            "El Niño returns this winter",
            "Minor planet named",
            "Baby steps to Rust",
        ],
    );
    is_not(class, "ja", &["3歳馬のレース", "18歳になったら", "少年ジャンプの新連載"]);
    is_not(class, "zh", &["今年18岁", "儿童节快乐", "118岁老人"]);
    is_not(class, "de", &["Kinderleicht erklärt", "Kino am Abend"]);
}

#[test]
fn elections_health_and_finance_are_found_and_near_misses_are_not() {
    is(
        SensitiveClass::Elections,
        "en",
        &["Election night", "Senator resigns", "Voters decide", "Two candidates remain"],
    );
    is(SensitiveClass::Elections, "de", &["Bundestagswahl: Bundestag tagt", "Die Wahl ist vorbei", "Kanzler spricht"]);
    is(SensitiveClass::Elections, "es", &["Elecciones en mayo", "El presidente dimite"]);
    is(SensitiveClass::Elections, "fr", &["Élections: le scrutin", "Le premier ministre démissionne"]);
    is(SensitiveClass::Elections, "pt", &["Eleições em outubro"]);
    is(SensitiveClass::Elections, "zh", &["总统选举结果"]);
    is(SensitiveClass::Elections, "ja", &["衆院選挙の日程"]);
    is_not(
        SensitiveClass::Elections,
        "en",
        &[
            "Release candidate 2 is out",
            "Raft leader election explained".trim_end_matches(" explained"),
            "A planet candidate found",
            "Mobile World Congress opens",
            "A selection of tools",
        ],
    );
    is_not(SensitiveClass::Elections, "de", &["Erste Wahl für Bastler", "Auswahl der Woche"]);
    is_not(SensitiveClass::Elections, "fr", &["Un coup de pouce", "Président du club"]);
    is(SensitiveClass::Health, "en", &["New cancer drug", "Vaccine works", "Patients wait", "Measles outbreak grows"]);
    is(SensitiveClass::Health, "de", &["Neue Impfung", "Krebs früh erkennen", "Krankenhäuser am Limit"]);
    is(SensitiveClass::Health, "es", &["Vacuna nueva", "Síntomas de la gripe"]);
    is(SensitiveClass::Health, "fr", &["Un vaccin prometteur", "Hôpital fermé"]);
    is(SensitiveClass::Health, "pt", &["Câncer: novo exame", "Vacina chega"]);
    is(SensitiveClass::Health, "zh", &["新冠疫苗", "减肥方法"]);
    is(SensitiveClass::Health, "ja", &["ワクチン接種", "認知症の研究"]);
    is_not(
        SensitiveClass::Health,
        "en",
        &[
            "Great Depression photos",
            "Hospitality awards",
            "Better compiler diagnostics",
            "Be patient with Rust",
            "Solar cells heal themselves",
        ],
    );
    is_not(SensitiveClass::Health, "fr", &["Une enceinte connectée", "Le patio fleuri"]);
    is(SensitiveClass::Finance, "en", &["Bitcoin falls", "Stocks rally", "Mortgage rates rise", "Interest rates held"]);
    is(SensitiveClass::Finance, "de", &["Aktien steigen", "Börse schließt", "Kredite teurer"]);
    is(SensitiveClass::Finance, "es", &["Hipotecas más caras", "Invertir en oro"]);
    is(SensitiveClass::Finance, "fr", &["La Bourse recule", "Taux d'intérêt en hausse"]);
    is(SensitiveClass::Finance, "pt", &["Juros sobem"]);
    is(SensitiveClass::Finance, "zh", &["A股大跌", "比特币暴涨"]);
    is(SensitiveClass::Finance, "ja", &["日経平均が反発", "仮想通貨の規制"]);
    is_not(
        SensitiveClass::Finance,
        "en",
        &["Chemical bonds explained", "A loan word from French", "Post-quantum crypto library", "Cosmic inflation"],
    );
    is_not(SensitiveClass::Finance, "zh", &["诺贝尔基金会公布"]);
    is_not(SensitiveClass::Finance, "ja", &["株式会社を訪ねて"]);
    is_not(SensitiveClass::Finance, "es", &["De mutuo acuerdo"]);
}

#[test]
fn weapons_drugs_and_adult_matters_are_found_and_near_misses_are_not() {
    is(SensitiveClass::Weapons, "en", &["Guns seized", "Assault weapons ban", "Handgun found"]);
    is(SensitiveClass::Weapons, "de", &["Sprengstoff entdeckt", "Pistole gefunden"]);
    is(SensitiveClass::Weapons, "ja", &["拳銃を押収"]);
    is_not(
        SensitiveClass::Weapons,
        "en",
        &[
            "Best glue guns",
            "Guns N' Roses tour",
            "A shotgun house? No: a gun-free town".trim_start_matches("A shotgun house? No: "),
        ],
    );
    is_not(SensitiveClass::Weapons, "ja", &["爆弾低気圧が接近"]);
    is(SensitiveClass::Drugs, "en", &["Fentanyl found", "Casino opens", "Vaping bans"]);
    is(SensitiveClass::Drugs, "zh", &["警方破获毒品案"]);
    is_not(SensitiveClass::Drugs, "en", &["Alcohol-free beer", "A drogue parachute opens"]);
    is(SensitiveClass::Adult, "en", &["OnlyFans star", "Leaked nudes"]);
    is(SensitiveClass::Adult, "ja", &["ヌード写真集"]);
    is_not(SensitiveClass::Adult, "en", &["Visible to the naked eye"]);
    is_not(SensitiveClass::Adult, "ja", &["カップヌードル新味"]);
}

#[test]
fn summary_and_other_headlines_count_and_the_words_are_named() {
    let mut topic = testing::topic("Bridge closed");
    topic.summary = "Two people died. Traffic is slow.".to_owned();
    topic.evidence = vec![testing::evidence("Bridge falls, drivers killed", "https://example.org/1")];
    let marks = SensitiveLists::built_in().marks(&topic);
    assert_eq!(
        marks,
        [SensitiveMark { class: SensitiveClass::Tragedies, words: vec!["died".into(), "killed".into()] }]
    );
}

#[test]
fn the_strictest_policy_counts_and_a_niche_may_say_otherwise() {
    let topic = Topic { ..testing::topic("Voters in hospital after earthquake") };
    let marks = SensitiveLists::built_in().marks(&topic);
    assert_eq!(marks.len(), 3);
    let mut trends = Trends::default();
    let classes = |delicate: &Delicate| match delicate {
        Delicate::Free => Vec::new(),
        Delicate::Hold(marks) | Delicate::Refuse(marks) => marks.iter().map(|mark| mark.class).collect(),
    };
    let plain = niche(&[], &[]);
    let judged = judge(&marks, &trends, &plain);
    assert!(matches!(judged, Delicate::Hold(_)) && classes(&judged).len() == 3, "{judged:?}");
    trends.sensitive.policies.insert(SensitiveClass::Elections, SensitivePolicy::Refuse);
    let judged = judge(&marks, &trends, &plain);
    assert!(matches!(judged, Delicate::Refuse(_)) && classes(&judged) == [SensitiveClass::Elections], "{judged:?}");
    let mut own = niche(&[], &[]);
    own.routing.sensitive = SensitiveClass::ALL.map(|class| (class, SensitivePolicy::Allow)).into();
    assert_eq!(judge(&marks, &trends, &own), Delicate::Free);
    own.routing.sensitive.insert(SensitiveClass::Health, SensitivePolicy::Hold);
    assert_eq!(classes(&judge(&marks, &trends, &own)), [SensitiveClass::Health]);
}

#[test]
fn a_list_of_ones_own_replaces_the_built_in_one_and_a_broken_one_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    let of = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let trends =
            Trends { sensitive: Sensitive { lists: Some(path.clone()), ..Sensitive::default() }, ..Trends::default() };
        SensitiveLists::of(&trends).map_err(|error| error.to_string().replace(&path.display().to_string(), "FILE"))
    };
    let own = of("version = 1\n[health.en]\nwords = [\"sneez*\"]").unwrap();
    assert_eq!(own.marks(&testing::topic("Sneezing cat"))[0].class, SensitiveClass::Health);
    assert_eq!(own.marks(&testing::topic("Earthquake")), []);
    insta::assert_snapshot!(of("version = 2").unwrap_err(), @"the lists of delicate words in FILE cannot be used: version 2 is not 1");
    insta::assert_snapshot!(of("version = 1\n[health.en]\nwords = [\"--\"]").unwrap_err(), @"the lists of delicate words in FILE cannot be used: [health.en]: `--` holds no word");
    assert!(of("version = 1\n[sadness.en]\nwords = []").unwrap_err().contains("sadness"));
    assert!(of("version = 1\n[health.en]\npatterns = [\"(\"]").unwrap_err().contains("[health.en]: `(`"));
    std::fs::remove_file(&path).unwrap();
    let trends =
        Trends { sensitive: Sensitive { lists: Some(path.clone()), ..Sensitive::default() }, ..Trends::default() };
    let error = SensitiveLists::of(&trends).unwrap_err().to_string();
    assert!(error.starts_with("could not read the lists of delicate words in"), "{error}");
}
