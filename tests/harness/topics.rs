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

/// What is told of each topic: one sentence of each list. Their lengths have no common divisor and any two of them multiply
/// to more than there are topics, so two topics share one sentence at most: near copies are held.
const OPENINGS: [&str; 7] = [
    "has been there for a very long time",
    "stands where two old roads meet",
    "was drawn by a painter before anyone wrote about it",
    "looks smaller on maps than it is",
    "got its name from a family of bakers",
    "can be seen from three valleys",
    "appears on a stamp that collectors like",
];
const VISITORS: [&str; 8] = [
    "People from the villages walk up on quiet mornings",
    "School classes arrive by bus in early summer",
    "Cyclists rest here and fill their bottles",
    "A choir sings outside whenever the weather allows",
    "Photographers wait for the low light of evening",
    "Couples carve no names because the guide is strict",
    "Grandparents bring their grandchildren and a basket of apples",
    "Hikers leave their heavy boots beside the door",
];
const WEATHER: [&str; 9] = [
    "In winter everything is white with snow",
    "Fog hides the whole place until noon",
    "Spring fills the slope with yellow flowers",
    "A warm wind dries the stones within an hour",
    "Autumn leaves block the narrow path each year",
    "Rain drums on the copper roof like fingers",
    "Summer storms pass quickly and leave clear air",
    "Frost paints thin patterns on each window",
    "The moon makes long shadows across the yard",
];
const ANIMALS: [&str; 11] = [
    "Swallows nest under the eastern beam",
    "A grey cat guards the ticket booth",
    "Goats graze wherever the fence is low",
    "Bees come for the lavender along the wall",
    "An owl returns at dusk and never hurries",
    "Dragonflies hover above the shallow pond",
    "Two donkeys carry bread and newspapers uphill",
    "Foxes cross the lawn while nobody looks",
    "Ducks argue loudly about the best corner",
    "Bats leave in a thin black ribbon",
    "A heron stands still as if it were carved",
];
const PUZZLES: [&str; 13] = [
    "Nobody knows who put the small bench beside it",
    "The key to the upper room is still missing",
    "An old bell rings without any rope",
    "One stone carries letters that scholars cannot read",
    "The well has water even after dry months",
    "A hidden stair leads to a locked cupboard",
    "The keeper paints one tile blue each spring",
    "Its clock runs slow and they like it so",
    "Someone leaves fresh bread on the western sill",
    "The echo answers later than it should",
    "A carpenter signed every board but the last",
    "Old letters mention a garden that nobody found",
    "The lamp burns oil that smells of oranges",
];

fn summary(number: usize) -> String {
    let (thing, place) = SUBJECTS[number];
    let [opening, visitors, weather, animals, puzzle] = [
        OPENINGS[number % OPENINGS.len()],
        VISITORS[number % VISITORS.len()],
        WEATHER[number % WEATHER.len()],
        ANIMALS[number % ANIMALS.len()],
        PUZZLES[number % PUZZLES.len()],
    ];
    format!("The {thing} of {place} {opening}. {visitors}. {puzzle}. {weather}. {animals}.")
}

/// These topics as a CSV feed.
#[must_use]
pub fn csv(numbers: Range<usize>) -> String {
    let mut feed = "title,link,summary\n".to_owned();
    for number in numbers {
        let thing = SUBJECTS[number].0;
        let summary = summary(number);
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
