//! Topics for feeds: as many as a test asks for, no two alike, each with a summary that the built-in writer can use.

use std::ops::Range;

/// What a topic is about: no word comes twice, so no two are taken for one story.
const SUBJECTS: [(&str, &str); 48] = [
    ("lighthouse", "Norway"),
    ("glacier", "Iceland"),
    ("windmill", "Holland"),
    ("monastery", "Bulgaria"),
    ("vineyard", "Tuscany"),
    ("observatory", "Chile"),
    ("aqueduct", "Segovia"),
    ("harbour", "Marseille"),
    ("waterfall", "Zambia"),
    ("orchard", "Kent"),
    ("volcano", "Sicily"),
    ("library", "Alexandria"),
    ("railway", "Darjeeling"),
    ("canyon", "Arizona"),
    ("temple", "Kyoto"),
    ("market", "Marrakesh"),
    ("bridge", "Prague"),
    ("garden", "Suzhou"),
    ("castle", "Bavaria"),
    ("desert", "Namibia"),
    ("reef", "Belize"),
    ("cave", "Slovenia"),
    ("meadow", "Tyrol"),
    ("dam", "Nevada"),
    ("museum", "Bilbao"),
    ("island", "Samoa"),
    ("tunnel", "Gotthard"),
    ("palace", "Jaipur"),
    ("forest", "Hokkaido"),
    ("tower", "Bologna"),
    ("lagoon", "Venice"),
    ("plateau", "Tibet"),
    ("quarry", "Carrara"),
    ("geyser", "Yellowstone"),
    ("theatre", "Epidaurus"),
    ("canal", "Panama"),
    ("mosaic", "Ravenna"),
    ("carousel", "Vienna"),
    ("telescope", "Hawaii"),
    ("pier", "Brighton"),
    ("archive", "Simancas"),
    ("shipyard", "Gdansk"),
    ("labyrinth", "Crete"),
    ("savanna", "Kenya"),
    ("fjord", "Greenland"),
    ("obelisk", "Luxor"),
    ("cathedral", "Chartres"),
    ("funicular", "Bergamo"),
];

/// The title of a topic by its number, below 48.
#[must_use]
pub fn title(number: usize) -> String {
    let (thing, place) = SUBJECTS[number];
    format!("The {thing} of {place}")
}

/// These topics as a CSV feed.
#[must_use]
pub fn csv(numbers: Range<usize>) -> String {
    let mut feed = "title,link,summary\n".to_owned();
    for number in numbers {
        let (thing, place) = SUBJECTS[number];
        let summary = format!(
            "The {thing} of {place} has been there for a very long time. Painters came first with their brushes. \
             People from the villages walk up on quiet mornings. Nobody knows who put the small bench beside it. \
             In winter the {thing} is white with snow. Visitors like the silence more than the view."
        );
        let row = [title(number).as_str(), ",https://example.org/", thing, ",", &summary, "\n"].concat();
        feed.push_str(&row);
    }
    feed
}

/// The table of a feed from a file in the press's folder, to be put at the end of a config file.
#[must_use]
pub fn feed(name: &str, file: &str) -> String {
    format!("\n[[feeds]]\nname = \"{name}\"\nfile = \"{file}\"\nevery = \"10s\"\nlanguage = \"en\"\n")
}
