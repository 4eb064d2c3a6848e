//! Cards as files: what others write is read, what is written reads back, an import says before what it does.

use frontdesk::cards::csv::{self, Separator};
use frontdesk::cards::plan::{Planned, What, Why, adding, note, plan};
use frontdesk::cards::{Raw, Unreadable, vcard};
use frontdesk::ids::CustomerId;
use frontdesk::number::{Country, Number};
use frontdesk::office::customers::adding::Added;
use frontdesk::office::customers::book::{Book, No};
use frontdesk::office::customers::card::{Card, Edit};

const HOME: Country = Country(*b"DK");

fn number(text: &str) -> Number {
    Number::parse(text, HOME).unwrap()
}

fn card(name: &str, company: &str, numbers: &[&str], addresses: &[&str]) -> Card {
    Card {
        name: name.into(),
        company: company.into(),
        numbers: numbers.iter().map(|text| number(text)).collect(),
        addresses: addresses.iter().map(|text| (*text).to_owned()).collect(),
        ..Card::default()
    }
}

fn said(raw: &Raw) -> String {
    format!(
        "{} {} | {} | {} | {} | {:?}",
        raw.line,
        raw.name,
        raw.company,
        raw.numbers.join(" "),
        raw.addresses.join(" "),
        raw.about
    )
}

#[track_caller]
fn table(bytes: &[u8], wanted: &[&str]) {
    let read = csv::read(bytes).unwrap();
    assert_eq!(read.iter().map(said).collect::<Vec<_>>(), wanted);
}

#[test]
fn tables_are_read_as_excel_outlook_and_google_write_them() {
    table(
        b"\xEF\xBB\xBFnavn;firma;telefon;e-mail\r\nKim M\xC3\xB8ller;\"M\xC3\xB8ller; S\xC3\xB8n\";12 34 56 78;kim@a.example\r\n",
        &["2 Kim Møller | Møller; Søn | 12 34 56 78 | kim@a.example | \"\""],
    );
    // Windows-1252, no mark.
    table(b"Navn;Mobil\nS\xF8ren \xC5;20304050\n", &["2 Søren Å |  | 20304050 |  | \"\""]);
    let utf16: Vec<u8> = "\u{feff}name\tphone\r\n王小明\t+886223456789\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    table(&utf16, &["2 王小明 |  | +886223456789 |  | \"\""]);
    table(b"sep=;\nname;phone\nA, B;1;\n", &["3 A, B |  | 1 |  | \"\""]);
    table(
        b"First Name,Last Name,Company,Business Phone,Mobile Phone,Business Fax,E-mail Address,Notes\n\
          Kim,Berg,Acme,\"12345678\",20304050,999,kim@a.example,\"line one\nline \"\"two\"\"\"\n\n,,,,,,,\nBo,,,,,,,\n",
        &[
            "2 Kim Berg | Acme | 12345678 20304050 | kim@a.example | \"line one\\nline \\\"two\\\"\"",
            "6 Bo |  |  |  | \"\"",
        ],
    );
    table(
        b"Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Label,E-mail 1 - Value\nKim,Mobile,+45 1 ::: +45 2,* Work,a@b.example ::: c@d.example\n",
        &["2 Kim |  | +45 1 +45 2 | a@b.example c@d.example | \"\""],
    );
    table("姓名,電話,備註\n王,02-2345,\"'=1\"\n".as_bytes(), &["2 王 |  | 02-2345 |  | \"=1\""]);
}

#[test]
fn a_table_that_is_none_says_so_and_an_open_quote_spoils_one_row() {
    assert_eq!(csv::read(b""), Err(Unreadable::Empty));
    assert_eq!(csv::read(b"\n \n"), Err(Unreadable::Empty));
    assert_eq!(csv::read(b"Kim;12345678\nLee;1\n"), Err(Unreadable::NoColumns));
    let rows = csv::read(b"name,phone\nKim,1\nLee,\"2\nBo,3\n").unwrap();
    assert_eq!(rows.iter().map(|row| (row.line, row.broken)).collect::<Vec<_>>(), [(2, false), (3, true)]);
    let many = format!("name\n{}", "x\n".repeat(20_001));
    assert_eq!(csv::read(many.as_bytes()), Err(Unreadable::TooManyRows));
}

#[track_caller]
fn vcards(bytes: &[u8], wanted: &[&str]) {
    let read = vcard::read(bytes).unwrap();
    assert_eq!(read.iter().map(said).collect::<Vec<_>>(), wanted);
}

#[test]
fn cards_of_all_three_versions_are_read() {
    vcards(
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=F8ller;S=F8ren\r\n\
          TEL;CELL:20304050\r\nPHOTO;ENCODING=BASE64;JPEG:AAAA\r\n BBBB\r\n\r\n\
          NOTE;QUOTED-PRINTABLE;CHARSET=UTF-8:line one=0D=0A=\r\nline two\r\nEND:VCARD\r\n",
        &["1 Søren Møller |  | 20304050 |  | \"line one\\r\\nline two\""],
    );
    vcards(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Kim\\, the \n first\nORG:Acme\\; Sons;Sales\nitem1.TEL;type=pref:+45 12 34\n\
          EMAIL;type=INTERNET:kim@a.example\nNOTE:a\\nb\nEND:VCARD\n"
            .as_bytes(),
        &["1 Kim, the first | Acme; Sons, Sales | +45 12 34 | kim@a.example | \"a\\nb\""],
    );
    vcards(
        b"BEGIN:VCARD\nVERSION:4.0\nFN:Lee\nTEL;VALUE=uri;TYPE=\"voice,home\":tel:+45-1234;ext=7\nEMAIL:mailto:lee@a.example\nEND:VCARD\n\
          BEGIN:VCARD\nFN:Acme\nORG:Acme\nX-ABShowAs:COMPANY\nEND:VCARD\n",
        &["1 Lee |  | +45-1234 | lee@a.example | \"\"", "7  | Acme |  |  | \"\""],
    );
    let broken =
        vcard::read(b"BEGIN:VCARD\nFN:Kim\nBEGIN:VCARD\nFN:Lee\nEND:VCARD\nBEGIN:VCARD\nFN:Bo").unwrap();
    assert_eq!(
        broken.iter().map(|raw| (raw.name.as_str(), raw.broken)).collect::<Vec<_>>(),
        [("Kim", true), ("Lee", false), ("Bo", true)]
    );
    assert_eq!(vcard::read(b"name,phone\n"), Err(Unreadable::NoCards));
    assert_eq!(vcard::read(b""), Err(Unreadable::NoCards));
}

/// Cards with everything that could be lost on the way.
fn any_card(seed: u64) -> Card {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let pieces = [
        "=",
        "+",
        "-",
        "@",
        "'",
        "''=",
        "\"",
        ";",
        ",",
        "\\",
        "\\n",
        "å",
        "王",
        " ",
        "\t",
        "\n",
        "a",
        "B",
        ":",
        "=41",
        "BEGIN:VCARD",
        "x".repeat(80).leak(),
    ];
    let mut word = |most: u64, lines: &str| {
        let count = next(most);
        let text: String = (0..count).map(|_| pieces[next(pieces.len() as u64) as usize]).collect();
        if lines == "one" { frontdesk::office::customers::card::line(&text) } else { text.trim().to_owned() }
    };
    let (name, company, about) = (word(6, "one"), word(4, "one"), word(9, "many"));
    let numbers: Vec<Number> = (0..next(4)).map(|at| number(&format!("+452000000{at}"))).collect();
    let addresses: Vec<String> = (0..next(3)).map(|at| format!("a{at}@b.example")).collect();
    Card { name, company, about, numbers, addresses, vip: next(2) == 1 }
}

fn read_back(raw: Raw) -> Card {
    let texts = |texts: &[String]| texts.to_vec();
    Card {
        name: raw.name.clone(),
        company: raw.company.clone(),
        about: raw.about.clone(),
        numbers: frontdesk::office::customers::card::numbers(&texts(&raw.numbers), HOME).unwrap(),
        addresses: frontdesk::office::customers::card::addresses(&texts(&raw.addresses)).unwrap(),
        vip: raw.vip,
    }
}

#[test]
fn what_is_written_reads_back() {
    for seed in 0..300 {
        let cards: Vec<Card> =
            (0..3).map(|at| any_card(seed * 3 + at)).filter(|card| card.check().is_ok()).collect();
        if cards.is_empty() {
            continue;
        }
        for separator in [Separator::Comma, Separator::Semicolon] {
            let back: Vec<Card> =
                csv::read(&csv::print(&cards, separator)).unwrap().into_iter().map(read_back).collect();
            assert_eq!(back, cards, "{seed}");
        }
        let printed = vcard::print(&cards);
        let back: Vec<Card> = vcard::read(&printed).unwrap().into_iter().map(read_back).collect();
        assert_eq!(back, cards, "{seed}: {}", String::from_utf8_lossy(&printed));
        assert!(printed.split(|byte| *byte == b'\n').all(|line| line.len() <= 76), "folded");
    }
}

#[test]
fn no_cell_that_is_written_is_run_by_a_spreadsheet() {
    for text in ["=1+1", "+45", "-1", "@sum", "'=1"] {
        let bad =
            Card { name: text.into(), about: format!("{text}\nx"), ..card("", "", &["+4520000001"], &[]) };
        let table = String::from_utf8(csv::print(&[bad], Separator::Comma)).unwrap();
        for cell in table.lines().nth(1).unwrap().split(',') {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
        }
    }
}

fn book() -> Book {
    let mut book = Book::default();
    let at = jiff::Timestamp::UNIX_EPOCH;
    book.create(card("Kim", "", &["+4520000001"], &["kim@a.example"]), at).unwrap();
    book.create(card("Lee", "", &["+4520000002"], &[]), at).unwrap();
    book
}

fn planned(table: &str) -> Vec<Planned> {
    plan(csv::read(table.as_bytes()).unwrap(), &book(), HOME)
}

fn told(rows: &[Planned]) -> Vec<(usize, What, Option<Why>)> {
    rows.iter().map(|row| (row.line, row.what, row.why)).collect()
}

#[test]
fn an_import_says_what_it_would_do_and_why() {
    let rows = planned(
        "name,company,phone,email,note\n\
         Kim,Acme,20 00 00 01,,\n\
         Kim,,20000001,KIM@a.example,\n\
         Nia,,+4520000003,,\n\
         Nia at home,,+4520000003,nia@home.example,\n\
         Both,,20000001,,\n\
         X,,20000001;20000002,,\n\
         Fax,,n/a,,old\n\
         ,,11,,\n\
         ,,,,only a note\n\
         Lee,,,,\n\
         Pim,,,not an address,\n",
    );
    assert_eq!(
        told(&rows),
        [
            (2, What::Merge, None),
            (3, What::Unchanged, None),
            (4, What::Create, None),
            (5, What::Merge, Some(Why::SameFile)),
            (6, What::Unchanged, None),
            (7, What::Refuse, Some(Why::TwoCustomers)),
            (8, What::Create, Some(Why::BadNumber)),
            (9, What::Refuse, Some(Why::BadNumber)),
            (10, What::Refuse, Some(Why::NoNameOrNumber)),
            (11, What::Unchanged, None),
            (12, What::Create, Some(Why::BadAddress)),
        ]
    );
    assert_eq!((rows[0].customer, rows[0].adds.clone()), (Some(CustomerId(1)), vec!["Acme".to_owned()]));
    assert_eq!(rows[6].card.about, "old\nn/a", "a number that is none is not lost");
    assert_eq!(rows[2].card.addresses, ["nia@home.example"], "the later row is in the first");
}

#[test]
fn what_is_asked_of_the_office_is_what_was_shown_and_a_second_time_nothing() {
    let table = "name,phone,email\nNia,+4520000003,\n,20000001,new@a.example\n,20000001,more@a.example\n";
    let mut book = book();
    let at = jiff::Timestamp::UNIX_EPOCH;
    for one in adding(&planned(table)) {
        book.add(one.customer, one.card, at).unwrap();
    }
    assert_eq!(book.addresses(CustomerId(1)), ["kim@a.example", "new@a.example", "more@a.example"]);
    assert_eq!(book.of_number(&number("+4520000003")), [CustomerId(3)].into());
    let again = plan(csv::read(table.as_bytes()).unwrap(), &book, HOME);
    assert!(again.iter().all(|row| row.what == What::Unchanged), "{:?}", told(&again));
    assert_eq!(adding(&again), []);
}

#[test]
fn an_import_adds_to_what_somebody_wrote_since_the_look_and_writes_nobody_down_twice() {
    let table = "name,phone,email\nKim,20000001,new@a.example\nNia,+4520000003,\nPim,+4520000004,\nOda,+4520000005,\nMax,+4520000006,\n";
    let (mut rows, mut book) = (planned(table), book());
    let at = jiff::Timestamp::UNIX_EPOCH;
    // Meanwhile: another number on Kim's card, Nia written down by hand, Pim with more; Oda's number is two people's.
    let numbers = Some(vec![number("+4520000001"), number("+4520000009")]);
    let about = Some("two cats".to_owned());
    book.change(CustomerId(1), None, Edit { numbers, about, ..Edit::default() }, at).unwrap();
    book.create(card("Nia", "", &["+4520000003"], &[]), at).unwrap();
    book.create(card("Pia", "", &["+4520000004"], &["pia@a.example"]), at).unwrap();
    book.create(card("Oda", "", &["+4520000005"], &[]), at).unwrap();
    book.create(card("Ole", "", &["+4520000005"], &[]), at).unwrap();
    let mut came = Vec::new();
    for one in adding(&rows) {
        let added = book.add(one.customer, one.card, at).map_or_else(Added::Refused, |(added, _)| added);
        note(&mut rows, &one.rows, &added);
        came.push(added);
    }
    let (kim, nia, pia) = (CustomerId(1), CustomerId(3), CustomerId(4));
    assert_eq!(
        came,
        [
            Added::Joined(kim),
            Added::Known(nia),
            Added::Known(pia),
            Added::Refused(No::NotNow),
            Added::Created(CustomerId(7))
        ]
    );
    assert_eq!(book.numbers(kim), [number("+4520000001"), number("+4520000009")], "what Anna added stays");
    assert_eq!(book.get(kim).unwrap().card.about, "two cats");
    assert_eq!(book.addresses(kim), ["kim@a.example", "new@a.example"]);
    assert_eq!(
        told(&rows),
        [
            (2, What::Merge, None),
            (3, What::Unchanged, None),
            (4, What::Unchanged, None),
            (5, What::Refuse, Some(Why::TwoCustomers)),
            (6, What::Create, None),
        ]
    );
}

#[test]
fn a_name_that_two_have_is_neither_of_them() {
    let mut book = book();
    let at = jiff::Timestamp::UNIX_EPOCH;
    book.create(card("Lee", "", &["+4520000008"], &[]), at).unwrap();
    let rows = plan(csv::read(b"name,company\nLee,\nKim,\n").unwrap(), &book, HOME);
    assert_eq!(told(&rows), [(2, What::Refuse, Some(Why::TwoCustomers)), (3, What::Unchanged, None)]);
}

/// What the screen says of the columns is what is read.
#[test]
fn the_columns_the_screen_names_are_known_in_every_language() {
    for language in ["en", "sv", "da", "nl", "zh-Hant"] {
        let path = format!("{}/static/i18n/{language}.json", env!("CARGO_MANIFEST_DIR"));
        let words: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let said = words["import.columns"].as_str().unwrap();
        let (_, names) = said.split_once([':', '：']).unwrap();
        let names: Vec<&str> =
            names.trim_end_matches(['.', '。']).split([',', '、']).map(str::trim).collect();
        let file = format!("{}\nKim,Acme,+4520000001,kim@a.example,two cats\n", names.join(","));
        let read = csv::read(file.as_bytes()).unwrap();
        assert_eq!(
            said_of(&read),
            ["2 Kim | Acme | +4520000001 | kim@a.example | \"two cats\""],
            "{language}"
        );
    }
}

fn said_of(rows: &[Raw]) -> Vec<String> {
    rows.iter().map(said).collect()
}
