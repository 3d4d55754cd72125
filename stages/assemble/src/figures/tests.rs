use super::*;

fn found(text: &str) -> Option<(f64, String, String)> {
    first_in(text).map(|figure| (figure.value, figure.unit, figure.label))
}

#[test]
fn the_first_number_of_a_text_is_its_figure() {
    let figure = |value: f64, unit: &str, label: &str| Some((value, unit.to_owned(), label.to_owned()));
    assert_eq!(found("4,000 kilometers"), figure(4_000.0, "kilometers", ""));
    assert_eq!(found("Up 38% since spring"), figure(38.0, "%", "Up since spring"));
    assert_eq!(found("Costs $3.5 billion"), figure(3.5, "$", "Costs billion"));
    assert_eq!(found("3,8 cm"), figure(3.8, "cm", ""));
    assert_eq!(found("Half a gram"), None);
    assert_eq!(found("Since 1977"), None, "a year is no figure");
    assert_eq!(found("1977 people"), figure(1_977.0, "people", ""));
    assert_eq!(found(""), None);
}

#[test]
fn numbers_are_written_as_people_write_them() {
    assert_eq!(written(4_000.0, "en"), "4,000");
    assert_eq!(written(4_000.0, "de"), "4000");
    assert_eq!(written(1_234_567.0, "de-AT"), "1.234.567");
    assert_eq!(written(0.5, "fr"), "0,5");
    assert_eq!(written(-12.25, "en"), "\u{2212}12.25");
    assert_eq!(written(1e300, "en").len(), 401, "absurd, but no panic");
}

#[test]
fn a_claim_is_the_text_without_the_figure_it_begins_with() {
    let claims = |text: &str, value: f64, unit: &str| {
        let figure = Figure { label: "Bridges".to_owned(), value, unit: unit.to_owned() };
        claim(text, &figure).to_owned()
    };
    assert_eq!(claims("62% of long bridges hum", 62.0, "%"), "of long bridges hum");
    assert_eq!(claims("87,5 % der Anwohner", 87.5, "%"), "der Anwohner");
    assert_eq!(claims("$0.45: one apple", 0.45, "$"), "one apple");
    assert_eq!(claims("5 snacks", 5.0, ""), "snacks");
    assert_eq!(claims("62%", 62.0, "%"), "Bridges", "it says no more");
    for (text, value, unit) in
        [("Only 62% hum", 62.0, "%"), ("62% hum", 21.0, "%"), ("62 kmh is fast", 62.0, "km"), ("none", 1.0, "")]
    {
        assert_eq!(claims(text, value, unit), text, "it does not begin with the figure");
    }
}
