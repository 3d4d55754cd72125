use super::*;
use crate::picture::planes::Picture420;

fn plain(colour: &str) -> Picture420 {
    let [red, green, blue] = Colour::parse(colour).unwrap().channels();
    Picture420::draw(40, 20, |_, _| [red, green, blue])
}

fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap()
}

#[test]
fn contrast_is_what_wcag_says_of_known_pairs() {
    // Pairs with the ratios that the checkers on the web give.
    for (letters, ground, expected) in [
        ("#FFFFFF", "#000000", 21.0),
        ("#777777", "#FFFFFF", 4.48),
        ("#767676", "#FFFFFF", 4.54),
        ("#FF0000", "#FFFFFF", 4.00),
        ("#0000FF", "#FFFFFF", 8.59),
        ("#FFFF00", "#000000", 19.56),
    ] {
        let found = between(colour(letters), colour(ground));
        assert!((found - expected).abs() < 0.01, "{letters} on {ground}: {found}");
        let painted = worst_tenth(&[plain(ground)], colour(letters)).unwrap();
        assert!((painted - expected).abs() < 0.25, "{letters} on painted {ground}: {painted}");
    }
}

#[test]
fn an_outline_is_added_where_letters_could_not_be_read_and_a_box_where_they_are_small() {
    let white = Colour::WHITE;
    assert_eq!(needed(&[plain("#101820")], white, 60.0), Added::Nothing);
    assert_eq!(needed(&[plain("#C8C8C8")], white, 60.0), Added::Outline);
    assert_eq!(needed(&[plain("#C8C8C8")], white, 14.0), Added::Box);
    assert_eq!(needed(&[plain("#C8C8C8")], colour("#101820"), 14.0), Added::Nothing);
    assert_eq!(needed(&[], white, 60.0), Added::Nothing);
    // A picture that gets light at its end is not read as a dark one.
    assert_eq!(needed(&[plain("#101820"), plain("#101820"), plain("#E8E8E8")], white, 60.0), Added::Outline);
}

#[test]
fn the_worst_tenth_decides_and_a_few_sparks_do_not() {
    let lit = |share: f32| {
        vec![Picture420::draw(100, 100, |x, _| if (x as f32) < 100.0 * share { [1.0; 3] } else { [0.0; 3] })]
    };
    assert_eq!(needed(&lit(0.04), Colour::WHITE, 60.0), Added::Nothing);
    assert_eq!(needed(&lit(0.20), Colour::WHITE, 60.0), Added::Outline);
}

#[test]
fn something_readable_is_found_on_every_colour() {
    for value in (0..=255_u8).step_by(5) {
        for ground in
            [Colour { red: value, green: value, blue: value }, Colour { red: value, green: 120, blue: 255 - value }]
        {
            let found = readable(ground, [colour("#808080")]);
            assert!(between(found, ground) >= LEAST, "{found} on {ground}");
        }
    }
}
