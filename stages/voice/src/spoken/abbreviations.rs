//! English abbreviations, units and currencies.

/// Said wherever they stand; without a final dot, in small letters.
const ALWAYS: [(&str, &str); 38] = [
    ("dr", "Doctor"),
    ("mr", "Mister"),
    ("mrs", "Missus"),
    ("ms", "Miz"),
    ("prof", "Professor"),
    ("e.g", "for example"),
    ("eg", "for example"),
    ("i.e", "that is"),
    ("ie", "that is"),
    ("etc", "et cetera"),
    ("vs", "versus"),
    ("approx", "approximately"),
    ("jr", "Junior"),
    ("sr", "Senior"),
    ("inc", "Incorporated"),
    ("ltd", "Limited"),
    ("corp", "Corporation"),
    ("dept", "Department"),
    ("est", "established"),
    ("gov", "Governor"),
    ("sen", "Senator"),
    ("rep", "Representative"),
    ("gen", "General"),
    ("lt", "Lieutenant"),
    ("capt", "Captain"),
    ("sgt", "Sergeant"),
    ("mt", "Mount"),
    ("ft", "Fort"),
    ("ave", "Avenue"),
    ("blvd", "Boulevard"),
    ("rd", "Road"),
    ("ca", "circa"),
    ("al", "al"),
    ("a.m", "A M"),
    ("p.m", "P M"),
    ("hrs", "hours"),
    ("mins", "minutes"),
    ("secs", "seconds"),
];

/// These are also words or names of their own without the dot.
const NEED_THEIR_DOT: [&str; 21] = [
    "eg", "ie", "inc", "est", "gov", "sen", "rep", "gen", "lt", "mt", "ft", "ave", "rd", "ca", "al", "corp", "dept",
    "approx", "jr", "sr", "ms",
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// As written, one of them, many of them.
const UNITS: [(&str, &str, &str); 56] = [
    ("km/h", "kilometer per hour", "kilometers per hour"),
    ("kph", "kilometer per hour", "kilometers per hour"),
    ("mph", "mile per hour", "miles per hour"),
    ("m/s", "meter per second", "meters per second"),
    ("km/s", "kilometer per second", "kilometers per second"),
    ("km", "kilometer", "kilometers"),
    ("m", "meter", "meters"),
    ("cm", "centimeter", "centimeters"),
    ("mm", "millimeter", "millimeters"),
    ("nm", "nanometer", "nanometers"),
    ("ft", "foot", "feet"),
    ("in", "inch", "inches"),
    ("mi", "mile", "miles"),
    ("km²", "square kilometer", "square kilometers"),
    ("km2", "square kilometer", "square kilometers"),
    ("m²", "square meter", "square meters"),
    ("m2", "square meter", "square meters"),
    ("m³", "cubic meter", "cubic meters"),
    ("kg", "kilogram", "kilograms"),
    ("g", "gram", "grams"),
    ("mg", "milligram", "milligrams"),
    ("lb", "pound", "pounds"),
    ("lbs", "pound", "pounds"),
    ("oz", "ounce", "ounces"),
    ("t", "ton", "tons"),
    ("l", "liter", "liters"),
    ("L", "liter", "liters"),
    ("ml", "milliliter", "milliliters"),
    ("mL", "milliliter", "milliliters"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("℃", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("°", "degree", "degrees"),
    ("kB", "kilobyte", "kilobytes"),
    ("KB", "kilobyte", "kilobytes"),
    ("MB", "megabyte", "megabytes"),
    ("GB", "gigabyte", "gigabytes"),
    ("TB", "terabyte", "terabytes"),
    ("Mbps", "megabit per second", "megabits per second"),
    ("Gbps", "gigabit per second", "gigabits per second"),
    ("Hz", "hertz", "hertz"),
    ("kHz", "kilohertz", "kilohertz"),
    ("MHz", "megahertz", "megahertz"),
    ("GHz", "gigahertz", "gigahertz"),
    ("W", "watt", "watts"),
    ("kW", "kilowatt", "kilowatts"),
    ("MW", "megawatt", "megawatts"),
    ("GW", "gigawatt", "gigawatts"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("V", "volt", "volts"),
    ("s", "second", "seconds"),
    ("ms", "millisecond", "milliseconds"),
    ("min", "minute", "minutes"),
    ("h", "hour", "hours"),
    ("hr", "hour", "hours"),
    ("px", "pixel", "pixels"),
];

/// As written, one of them, many of them, a hundredth, hundredths.
pub(super) type Currency = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Longest first where one begins with another.
const CURRENCIES: [Currency; 18] = [
    ("US$", "dollar", "dollars", "cent", "cents"),
    ("C$", "Canadian dollar", "Canadian dollars", "cent", "cents"),
    ("A$", "Australian dollar", "Australian dollars", "cent", "cents"),
    ("USD", "dollar", "dollars", "cent", "cents"),
    ("EUR", "euro", "euros", "cent", "cents"),
    ("GBP", "pound", "pounds", "penny", "pence"),
    ("CHF", "Swiss franc", "Swiss francs", "centime", "centimes"),
    ("JPY", "yen", "yen", "sen", "sen"),
    ("$", "dollar", "dollars", "cent", "cents"),
    ("€", "euro", "euros", "cent", "cents"),
    ("£", "pound", "pounds", "penny", "pence"),
    ("¥", "yen", "yen", "sen", "sen"),
    ("₹", "rupee", "rupees", "paisa", "paise"),
    ("₽", "ruble", "rubles", "kopeck", "kopecks"),
    ("₩", "won", "won", "jeon", "jeon"),
    ("₺", "lira", "lira", "kurush", "kurush"),
    ("₿", "bitcoin", "bitcoins", "bit", "bits"),
    ("฿", "baht", "baht", "satang", "satang"),
];

/// What is said for an abbreviation. `dotted` tells whether a dot stands behind it.
pub(super) fn abbreviation(word: &str, dotted: bool) -> Option<&'static str> {
    let folded = word.to_lowercase();
    if !dotted && NEED_THEIR_DOT.contains(&folded.as_str()) && !folded.contains('.') {
        return None;
    }
    ALWAYS.iter().find(|(short, _)| *short == folded).map(|(_, said)| *said)
}

/// A month by its number, from 1.
pub(super) fn month(number: u64) -> Option<&'static str> {
    MONTHS.get(usize::try_from(number.checked_sub(1)?).ok()?).copied()
}

/// A month by its name: `Nov`, `Sept`, `November`.
pub(super) fn month_named(word: &str) -> Option<&'static str> {
    let full = MONTHS.iter().find(|month| month.eq_ignore_ascii_case(word));
    let starts =
        |month: &&&str| word.len() == 3 && month.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let short = || MONTHS.iter().find(starts);
    let sept = || word.eq_ignore_ascii_case("sept").then_some(&MONTHS[8]);
    full.or_else(short).or_else(sept).copied()
}

/// A day of the week by its short name with a capital: `Mon`, `Tues`, `Thurs`.
pub(super) fn day_named(word: &str) -> Option<&'static str> {
    let short = (3..=5).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_uppercase());
    DAYS.iter().find(|day| short && day.starts_with(word)).copied()
}

/// One and many of a unit.
pub(super) fn unit(word: &str) -> Option<(&'static str, &'static str)> {
    UNITS.iter().find(|(short, ..)| *short == word).map(|(_, one, many)| (*one, *many))
}

/// The currency that a text begins or ends with, and the rest of it.
pub(super) fn currency(text: &str) -> Option<(Currency, &str)> {
    let fits = |currency: &Currency| text.strip_prefix(currency.0).or_else(|| text.strip_suffix(currency.0));
    CURRENCIES.iter().find_map(|currency| Some((*currency, fits(currency)?)))
}
