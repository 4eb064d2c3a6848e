//! Pure. Which country a number in international form belongs to (ITU-T E.164 assignments; within `+1`
//! the area codes that are not the United States').
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// The country of digits in international form, without `+`: the longest prefix wins. `None` for
/// networks of no country (satellites, international premium) and for what is not assigned.
pub(super) fn country_of(digits: &str) -> Option<[u8; 2]> {
    let prefixes = (1..=LONGEST).rev().filter_map(|length| digits.as_bytes().get(..length));
    let countries = prefixes.filter_map(|prefix| COUNTRIES.get(place_of(prefix)?).copied());
    countries.into_iter().find(|country| *country != NONE)
}

/// Prefixes have so many digits at most.
const LONGEST: usize = 4;
const NONE: [u8; 2] = [0; 2];
/// The country of every prefix, at its place: numbers are read by the thousand at every start.
static COUNTRIES: [[u8; 2]; 11_110] = by_prefix();

/// A place of its own for every row of up to four digits: the shorter ones first.
fn place_of(prefix: &[u8]) -> Option<usize> {
    prefix.iter().all(u8::is_ascii_digit).then(|| place(prefix, 0, prefix.len()))
}

const fn place(digits: &[u8], from: usize, to: usize) -> usize {
    let (mut at, mut value, mut shorter, mut as_many) = (from, 0, 0, 10);
    while at < to {
        value = value * 10 + (digits[at] - b'0') as usize;
        if at > from {
            shorter += as_many;
            as_many *= 10;
        }
        at += 1;
    }
    shorter + value
}

const fn by_prefix() -> [[u8; 2]; 11_110] {
    let mut countries = [NONE; 11_110];
    let mut row = 0;
    while row < CODES.len() {
        let (country, list) = (CODES[row].0.as_bytes(), CODES[row].1.as_bytes());
        let (mut from, mut to) = (0, 0);
        while to <= list.len() {
            if to == list.len() || list[to] == b' ' {
                countries[place(list, from, to)] = [country[0], country[1]];
                from = to + 1;
            }
            to += 1;
        }
        row += 1;
    }
    countries
}

/// Country, and the prefixes that are its own.
pub(super) const CODES: &[(&str, &str)] = &[
    ("US", "1"),
    (
        "CA",
        "1204 1226 1236 1249 1250 1257 1263 1289 1306 1343 1354 1365 1367 1368 1382 1387 1403 1416 1418 1428 1431 \
         1437 1438 1450 1460 1468 1474 1506 1514 1519 1537 1548 1579 1581 1584 1587 1600 1604 1613 1639 1647 1672 \
         1683 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1867 1873 1879 1902 1905 1942",
    ),
    ("AG", "1268"),
    ("AI", "1264"),
    ("AS", "1684"),
    ("BB", "1246"),
    ("BM", "1441"),
    ("BS", "1242"),
    ("DM", "1767"),
    ("DO", "1809 1829 1849"),
    ("GD", "1473"),
    ("GU", "1671"),
    ("JM", "1876 1658"),
    ("KN", "1869"),
    ("KY", "1345"),
    ("LC", "1758"),
    ("MP", "1670"),
    ("MS", "1664"),
    ("PR", "1787 1939"),
    ("SX", "1721"),
    ("TC", "1649"),
    ("TT", "1868"),
    ("VC", "1784"),
    ("VG", "1284"),
    ("VI", "1340"),
    ("EG", "20"),
    ("SS", "211"),
    ("MA", "212"),
    ("DZ", "213"),
    ("TN", "216"),
    ("LY", "218"),
    ("GM", "220"),
    ("SN", "221"),
    ("MR", "222"),
    ("ML", "223"),
    ("GN", "224"),
    ("CI", "225"),
    ("BF", "226"),
    ("NE", "227"),
    ("TG", "228"),
    ("BJ", "229"),
    ("MU", "230"),
    ("LR", "231"),
    ("SL", "232"),
    ("GH", "233"),
    ("NG", "234"),
    ("TD", "235"),
    ("CF", "236"),
    ("CM", "237"),
    ("CV", "238"),
    ("ST", "239"),
    ("GQ", "240"),
    ("GA", "241"),
    ("CG", "242"),
    ("CD", "243"),
    ("AO", "244"),
    ("GW", "245"),
    ("IO", "246"),
    ("AC", "247"),
    ("SC", "248"),
    ("SD", "249"),
    ("RW", "250"),
    ("ET", "251"),
    ("SO", "252"),
    ("DJ", "253"),
    ("KE", "254"),
    ("TZ", "255"),
    ("UG", "256"),
    ("BI", "257"),
    ("MZ", "258"),
    ("ZM", "260"),
    ("MG", "261"),
    ("RE", "262"),
    ("ZW", "263"),
    ("NA", "264"),
    ("MW", "265"),
    ("LS", "266"),
    ("BW", "267"),
    ("SZ", "268"),
    ("KM", "269"),
    ("ZA", "27"),
    ("SH", "290"),
    ("ER", "291"),
    ("AW", "297"),
    ("FO", "298"),
    ("GL", "299"),
    ("GR", "30"),
    ("NL", "31"),
    ("BE", "32"),
    ("FR", "33"),
    ("ES", "34"),
    ("GI", "350"),
    ("PT", "351"),
    ("LU", "352"),
    ("IE", "353"),
    ("IS", "354"),
    ("AL", "355"),
    ("MT", "356"),
    ("CY", "357"),
    ("FI", "358"),
    ("BG", "359"),
    ("HU", "36"),
    ("LT", "370"),
    ("LV", "371"),
    ("EE", "372"),
    ("MD", "373"),
    ("AM", "374"),
    ("BY", "375"),
    ("AD", "376"),
    ("MC", "377"),
    ("SM", "378"),
    ("VA", "379"),
    ("UA", "380"),
    ("RS", "381"),
    ("ME", "382"),
    ("XK", "383"),
    ("HR", "385"),
    ("SI", "386"),
    ("BA", "387"),
    ("MK", "389"),
    ("IT", "39"),
    ("RO", "40"),
    ("CH", "41"),
    ("CZ", "420"),
    ("SK", "421"),
    ("LI", "423"),
    ("AT", "43"),
    ("GB", "44"),
    ("DK", "45"),
    ("SE", "46"),
    ("NO", "47"),
    ("PL", "48"),
    ("DE", "49"),
    ("FK", "500"),
    ("BZ", "501"),
    ("GT", "502"),
    ("SV", "503"),
    ("HN", "504"),
    ("NI", "505"),
    ("CR", "506"),
    ("PA", "507"),
    ("PM", "508"),
    ("HT", "509"),
    ("PE", "51"),
    ("MX", "52"),
    ("CU", "53"),
    ("AR", "54"),
    ("BR", "55"),
    ("CL", "56"),
    ("CO", "57"),
    ("VE", "58"),
    ("GP", "590"),
    ("BO", "591"),
    ("GY", "592"),
    ("EC", "593"),
    ("GF", "594"),
    ("PY", "595"),
    ("MQ", "596"),
    ("SR", "597"),
    ("UY", "598"),
    ("CW", "599"),
    ("MY", "60"),
    ("AU", "61"),
    ("ID", "62"),
    ("PH", "63"),
    ("NZ", "64"),
    ("SG", "65"),
    ("TH", "66"),
    ("TL", "670"),
    ("NF", "672"),
    ("BN", "673"),
    ("NR", "674"),
    ("PG", "675"),
    ("TO", "676"),
    ("SB", "677"),
    ("VU", "678"),
    ("FJ", "679"),
    ("PW", "680"),
    ("WF", "681"),
    ("CK", "682"),
    ("NU", "683"),
    ("WS", "685"),
    ("KI", "686"),
    ("NC", "687"),
    ("TV", "688"),
    ("PF", "689"),
    ("TK", "690"),
    ("FM", "691"),
    ("MH", "692"),
    ("RU", "7"),
    ("KZ", "76 77"),
    ("JP", "81"),
    ("KR", "82"),
    ("VN", "84"),
    ("KP", "850"),
    ("HK", "852"),
    ("MO", "853"),
    ("KH", "855"),
    ("LA", "856"),
    ("CN", "86"),
    ("BD", "880"),
    ("TW", "886"),
    ("TR", "90"),
    ("IN", "91"),
    ("PK", "92"),
    ("AF", "93"),
    ("LK", "94"),
    ("MM", "95"),
    ("MV", "960"),
    ("LB", "961"),
    ("JO", "962"),
    ("SY", "963"),
    ("IQ", "964"),
    ("KW", "965"),
    ("SA", "966"),
    ("YE", "967"),
    ("OM", "968"),
    ("PS", "970"),
    ("AE", "971"),
    ("IL", "972"),
    ("BH", "973"),
    ("QA", "974"),
    ("BT", "975"),
    ("MN", "976"),
    ("NP", "977"),
    ("IR", "98"),
    ("TJ", "992"),
    ("TM", "993"),
    ("AZ", "994"),
    ("GE", "995"),
    ("KG", "996"),
    ("UZ", "998"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_prefix_is_listed_once() {
        let mut all: Vec<_> = CODES.iter().flat_map(|(_, list)| list.split(' ')).collect();
        let listed = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), listed);
        assert!(all.iter().all(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())));
    }

    #[test]
    fn every_prefix_has_its_country_and_nothing_else_has_one() {
        let rows = CODES.iter().flat_map(|(country, list)| list.split(' ').map(move |own| (own, *country)));
        let listed: std::collections::BTreeMap<&str, &str> = rows.collect();
        let all = (1..=LONGEST).flat_map(|length| (0..10_usize.pow(length as u32)).map(move |n| (n, length)));
        for (n, length) in all {
            let prefix = format!("{n:0length$}");
            let found = COUNTRIES[place_of(prefix.as_bytes()).unwrap()];
            let country = listed.get(&*prefix).map_or(&NONE[..], |country| country.as_bytes());
            assert_eq!(country, found, "{prefix}");
        }
    }

    #[test]
    fn the_longest_prefix_wins() {
        let of = |digits| country_of(digits).map(|c| String::from_utf8(c.to_vec()).unwrap());
        for (digits, country) in [
            ("4512345678", "DK"),
            ("12125550123", "US"),
            ("14165550123", "CA"),
            ("18765550123", "JM"),
            ("77011234567", "KZ"),
            ("74951234567", "RU"),
            ("886912345678", "TW"),
            ("298123456", "FO"),
            ("35312345678", "IE"),
        ] {
            assert_eq!(of(digits).as_deref(), Some(country), "{digits}");
        }
        assert_eq!(of("45").as_deref(), Some("DK"));
        assert!(["", "4", "0", "ab", "é1"].into_iter().all(|digits| of(digits).is_none()));
        assert_eq!(of("881612345678"), None);
        assert_eq!(of("979123456789"), None);
    }
}
