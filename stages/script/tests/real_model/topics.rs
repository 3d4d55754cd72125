//! Twenty topics, in our own words.

use reelpress_vocabulary::{Brief, Topic, testing};

pub(super) fn brief(title: &str, summary: &str) -> Brief {
    let topic = Topic {
        summary: summary.to_owned(),
        evidence: vec![testing::evidence(title, "https://example.org/topic")],
        ..testing::topic(title)
    };
    testing::brief(topic, "one")
}

pub(super) const TOPICS: [(&str, &str); 20] = [
    (
        "An octopus has three hearts",
        "An octopus lives with three hearts and blue blood. Two hearts push blood through the gills. The third sends it to the rest of the body and rests while the animal swims.",
    ),
    (
        "Why bread goes stale",
        "Bread goes stale because starch slowly forms crystals again. A cold shelf makes it faster, a freezer stops it. Warming a slice melts the crystals for a short time.",
    ),
    (
        "Bees dance to point the way",
        "A honey bee that found flowers dances on the comb. The angle of the dance shows the direction to the sun. The length of each run shows how far the flowers are.",
    ),
    (
        "The moon moves away from us",
        "Mirrors on the moon reflect laser light back to Earth. The time that the light takes shows that the moon drifts away slowly. The tides are the reason.",
    ),
    (
        "How noise-cancelling headphones work",
        "A microphone in the headphones listens to the noise outside. The electronics play the same wave upside down. The two waves meet at the ear and cancel each other.",
    ),
    (
        "Why leaves turn red",
        "In autumn trees take the green pigment out of their leaves. Yellow was there all along. Red is made new from sugar on bright and cool days.",
    ),
    (
        "A lake that looks pink",
        "Some salt lakes look pink in summer. Tiny algae in them make a red pigment that protects them from the sun. When rain thins the salt, the colour fades.",
    ),
    (
        "Trains that float on magnets",
        "A maglev train has no wheels on the track at speed. Magnets lift it and pull it along. Without friction it runs fast and quietly, but the track costs much more.",
    ),
    (
        "Cats always land on their feet",
        "A falling cat turns its front half first and its back half after. Its flexible spine lets it do that without pushing against anything. It needs only a short fall to finish the turn.",
    ),
    (
        "Old paper smells of vanilla",
        "Paper is made of wood, and wood holds lignin. As lignin breaks down it gives off substances that smell of vanilla and almond. That is why old books smell sweet.",
    ),
    (
        "Rain has a smell of its own",
        "Soil bacteria make a substance called geosmin. Drops that hit dry ground throw tiny bubbles into the air and carry it along. People notice it in very small amounts.",
    ),
    (
        "Heat pumps work in winter",
        "A heat pump takes warmth from cold air outside. A liquid that boils far below zero picks it up and gives it off inside. One part of electricity moves several parts of heat.",
    ),
    (
        "The sea is louder than it looks",
        "Snapping shrimp close their claws so fast that a bubble forms and collapses. The crack of it is among the loudest sounds in the sea. Whole reefs crackle day and night.",
    ),
    (
        "Why the sky is blue",
        "Sunlight holds all colours. Air scatters blue light much more than red light, so blue reaches us from all sides. At sunset the light comes a longer way and the blue is gone.",
    ),
    (
        "Libraries lend more than books",
        "Many town libraries now lend tools, games and instruments. People borrow a drill for an afternoon instead of buying one. The libraries say that it brings new visitors.",
    ),
    (
        "Sourdough keeps without preservatives",
        "Sourdough is raised by wild yeast and bacteria. The bacteria make acids that give it its taste. The same acids slow down mould, so the bread keeps longer.",
    ),
    (
        "Owls fly without a sound",
        "The front edge of an owl's wing feather is a fine comb. It breaks the air into small whirls that make no noise. Soft down on top swallows the rest.",
    ),
    (
        "A glacier carries its own record",
        "Each winter leaves a layer of snow on a glacier. Air is trapped in the ice as the layers are pressed together. Drilled cores let researchers read old air.",
    ),
    (
        "Spiders travel by electric field",
        "Small spiders let out threads and sail away. They do so even without wind. Experiments show that the natural electric field of the air is enough to lift them.",
    ),
    (
        "Why onions make us cry",
        "A cut onion mixes two substances that were kept apart in its cells. They make a gas that stings the eyes. A sharp knife and a cold onion release less of it.",
    ),
];
