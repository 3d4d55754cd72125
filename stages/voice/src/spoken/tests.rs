use proptest::prelude::*;

use super::*;

#[track_caller]
fn check(written: &str, said: &str) {
    let entries = spoken(written, "en");
    let all = entries.iter().map(|entry| entry.said.as_str()).filter(|said| !said.is_empty()).collect::<Vec<_>>();
    assert_eq!(all.join(" "), said, "for {written:?}");
}

#[test]
fn numbers_are_words() {
    check("0 7 12 21 100 105", "zero seven twelve twenty-one one hundred one hundred five");
    check("2,000 people", "two thousand people");
    check("1,234,567 views", "one million two hundred thirty-four thousand five hundred sixty-seven views");
    check("3.5 and 0.25 and .5", "three point five and zero point two five and zero point five");
    check("-5 degrees", "minus five degrees");
    check("007", "zero zero seven");
    check("1st 2nd 3rd 12th 21st 100th", "first second third twelfth twenty-first one hundredth");
    check("10-12 eggs, 3–1 win", "ten to twelve eggs, three to one win");
    check(
        "1/2 of 3/4, 2½ cups, 1 1/2 miles",
        "one half of three quarters, two and one half cups, one and one half miles",
    );
    check("Open 24/7.", "Open twenty-four seven.");
    check("call 555-1234", "call five five five, one two three four");
    check(
        "10K fans, 2.5M views, 3x faster, 50+ games",
        "ten thousand fans, two point five million views, three times faster, fifty plus games",
    );
    check(
        "12345678901234567890",
        "one two three four five six seven eight nine zero one two three four five six seven eight nine zero",
    );
}

#[test]
fn years_and_dates_are_read_as_such() {
    check("1984", "nineteen eighty-four");
    check(
        "In 1906, 2000, 2005 and 2026.",
        "In nineteen oh six, two thousand, two thousand five and twenty twenty-six.",
    );
    check("1984 people in 1984", "one thousand nine hundred eighty-four people in nineteen eighty-four");
    check(
        "from 1939–1945 or 1939-45",
        "from nineteen thirty-nine to nineteen forty-five or nineteen thirty-nine to forty-five",
    );
    check("the 1990s and the '80s", "the nineteen nineties and the eighties");
    check("2026-11-21", "November twenty-first, twenty twenty-six");
    check("21.11.2026", "November twenty-first, twenty twenty-six");
    check("11/21/2026 21/11/2026", "November twenty-first, twenty twenty-six November twenty-first, twenty twenty-six");
    check("Nov 21, Nov. 3 2025", "November twenty-first, November third twenty twenty-five");
    check("on 21 November 2026", "on the twenty-first of November twenty twenty-six");
    check("the 4th of July; July 4", "the fourth of July; July fourth");
    check("It may 5 times. Mar 5. Sat on the mat.", "It may five times. March fifth. Sat on the mat.");
}

#[test]
fn times_of_day() {
    check("10:30 AM", "ten thirty A M");
    check(
        "at 10:00, at 9:05 p.m., at 9am, at 14:30, at 5:00 PM",
        "at ten o'clock, at nine oh five P M, at nine A M, at fourteen thirty, at five P M",
    );
    check("I am here", "I am here");
}

#[test]
fn money_percentages_and_units() {
    check("$3.5 billion", "three point five billion dollars");
    check(
        "$5.99 €5.99 £1 $1.01 $0.50",
        "five dollars and ninety-nine cents five euros and ninety-nine cents one pound one dollar and one cent fifty cents",
    );
    check(
        "$3.5B or €20m, ¥500, US$2,000",
        "three point five billion dollars or twenty million euros, five hundred yen, two thousand dollars",
    );
    check("$10-20 million, $5/month, 50€", "ten to twenty million dollars, five dollars per month, fifty euros");
    check("5% of 10-12%, 3.5 %", "five percent of ten to twelve percent, three point five percent");
    check(
        "100 km/h, 100km/h, 20°C, 5 kg, 1 kg, 16GB, 5 m",
        "one hundred kilometers per hour, one hundred kilometers per hour, twenty degrees Celsius, five kilograms, one kilogram, sixteen gigabytes, five meters",
    );
    check("5 in 10 say so", "five in ten say so");
    check("4K and 5G", "four K and five G");
}

#[test]
fn abbreviations_are_said_in_full() {
    check("Dr. Smith met Mr. Jones vs. Mrs. Doe, etc.", "Doctor Smith met Mister Jones versus Missus Doe, et cetera.");
    check("e.g. this, i.e. that, approx. 5", "for example this, that is that, approximately five");
    check("No. 5 is no. Really no. 5", "number five is no. Really number five");
    check("No. It is not.", "No. It is not.");
    check("St. Mary on Main St. today", "Saint Mary on Main Street today");
    check("See p. 12 and Fig. 3.", "See page twelve and figure three.");
}

#[test]
fn capitals_are_spelled_said_or_only_loud() {
    check("The US and the U.K. said", "The U S and the U K said");
    check("NASA said AI and GPUs", "Nasa said A I and G P U's");
    check("COVID-19 and GPT-4", "Covid nineteen and G P T four");
    check("This is HUGE news", "This is huge news");
    check("BREAKING: THE US WINS AGAIN TODAY", "breaking: the U S wins again today");
    check("AT&T and R&D", "A T and T and R and D");
    check("the FBI's case", "the F B I's case");
    check("Airbus A320, YouTube and iPhone15", "Airbus A three twenty, You Tube and i Phone fifteen");
}

#[test]
fn roman_numerals_codes_and_compounds() {
    check("World War II and Henry VIII", "World War two and Henry the eighth");
    check("a CIVIL action", "a civil action");
    check("5 USD or 10 €", "five dollars or ten euros");
    check("a 5-year-old in the mid-1990s", "a five year old in the mid nineteen nineties");
    check("21st-century H2O in 1080p, Q3", "twenty-first century H two O in ten eighty p, Q three");
    check("version 1.2.3", "version one point two point three");
}

#[test]
fn what_belongs_to_the_net_is_said_or_left_out() {
    check("https://www.example.org/news/2026?id=5", "example dot org");
    check("Go to example.com/shop.", "Go to example dot com slash shop.");
    check("Follow @space_daily #SpaceX #1", "Follow at space daily hashtag Space X number one");
    check("mail me@example.com", "mail me at example dot com");
    check("Wow 🎉 great 👩‍🚀🇺🇸 job ™", "Wow great job");
    check("Done.Then e.g.", "Done Then for example.");
}

#[test]
fn marks_become_pauses() {
    check("Left — right … \"up\" (now)!", "Left, right up now!");
    check("a well-known state-of-the-art thing", "a well known state of the art thing");
    check("he/she and/or w/ us & them", "he or she and or with us and them");
    check("it’s 5 o’clock", "it's five o'clock");
}

#[test]
fn sentences_end_where_they_end() {
    let ends = |text: &str| {
        let entries = spoken(text, "en").into_iter();
        entries.filter(|entry| entry.ends_sentence).map(|entry| entry.written).collect::<Vec<_>>()
    };
    assert_eq!(
        ends("Dr. Smith left the U.S. today. Why? He said \"no.\" So 3.5 it is."),
        ["today.", "Why?", "\"no.\"", "is."]
    );
    assert_eq!(ends("Meet at 5 p.m. Then go."), ["p.m.", "go."]);
}

#[test]
fn other_languages_keep_their_words_and_lose_what_is_never_read() {
    let said = |text: &str| spoken(text, "de").into_iter().map(|entry| entry.said).collect::<Vec<_>>();
    assert_eq!(
        said("Über 2.000 Züge 🎉 #Bahn https://bahn.example/"),
        ["Über", "2.000", "Züge", "", "Bahn", "bahn.example"]
    );
}

proptest! {
    /// Every written word keeps its place, nothing odd is said, and nobody panics.
    #[test]
    fn every_written_word_keeps_its_place(
        text in "([a-zA-Z0-9$€£%.,:;/#@'’°½&+=<>—–-]{1,12}|\\PC{1,8}|[0-9]{1,20}[a-zA-Z%]{0,3}|[0-9]{1,4}[-./:][0-9]{1,4}([-./:][0-9]{1,4})?)( [a-zA-Z0-9$%.,:/-]{1,10}){0,6}",
        english in any::<bool>(),
    ) {
        let entries = spoken(&text, if english { "en" } else { "fr" });
        let written = entries.iter().map(|entry| entry.written.as_str()).collect::<Vec<_>>();
        prop_assert_eq!(written, text.split_whitespace().collect::<Vec<_>>());
        for Entry { said, .. } in &entries {
            prop_assert!(said.trim() == said && !said.contains("  ") && !said.contains('\n'), "{:?}", said);
            prop_assert!(!english || !said.chars().any(|c| c.is_ascii_digit()), "figures are left in {:?}", said);
        }
    }
}
