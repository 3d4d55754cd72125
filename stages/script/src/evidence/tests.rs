use reelpress_vocabulary::testing;

use super::*;

fn topic() -> Topic {
    Topic {
        summary: "An octopus has three hearts. <b>Two</b> serve the gills.".to_owned(),
        evidence: vec![
            testing::evidence("Octopus facts", "https://example.org/a"),
            testing::evidence("Octopus facts", "https://example.org/a"),
            testing::evidence("Hearts of the sea", "https://other.example/b"),
        ],
        ..testing::topic("Three hearts")
    }
}

#[test]
fn every_piece_is_there_once_and_knows_its_page() {
    let pack = Pack::of(&topic());
    let told =
        pack.pieces.iter().map(|piece| format!("{:?} {:?} {} {}", piece.kind, piece.source, piece.site, piece.text));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    Title Some(0) example.org Three hearts
    Text Some(0) example.org An octopus has three hearts.
    Text Some(0) example.org Two serve the gills.
    Sighting Some(0) example.org Octopus facts
    Sighting Some(1) other.example Hearts of the sea
    ");
}

#[test]
fn a_pack_is_bounded_whatever_comes() {
    let mut topic = topic();
    topic.summary = "A sentence says a thing, and another one says more. ".repeat(5_000);
    topic.evidence =
        (0..500).map(|at| testing::evidence(&"long ".repeat(400), &format!("https://example.org/{at}"))).collect();
    let pack = Pack::of(&topic);
    assert!(pack.pieces.len() <= PIECES_MAX && pack.sources.len() <= 5);
    assert!(pack.pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>() <= PACK_CHARACTERS_MAX);
    assert_eq!(Pack::of(&testing::topic("")).pieces, []);
}
