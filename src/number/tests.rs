//! Pure. Numbers as people of each country write them.

use super::*;

fn home(code: &str) -> Country {
    Country(code.as_bytes().try_into().unwrap())
}

fn read(text: &str, country: &str) -> String {
    Number::parse(text, home(country)).unwrap().to_string()
}

#[test]
fn national_and_international_forms() {
    for (country, text, normal) in [
        ("DK", "12 34 56 78", "+4512345678"),
        ("DK", "4512345678", "+4512345678"),
        ("DK", "004512345678", "+4512345678"),
        ("DK", "tel:+45-12-34-56-78;phone-context=x", "+4512345678"),
        ("SE", "08-123 456 78", "+46812345678"),
        ("SE", "070 123 45 67", "+46701234567"),
        ("SE", "+46 (0)8 123 456 78", "+46812345678"),
        ("NO", "22 12 34 56", "+4722123456"),
        ("FI", "040 1234567", "+358401234567"),
        ("FI", "990 46 8 12345678", "+46812345678"),
        ("DE", "030/1234567", "+49301234567"),
        ("DE", "0049 30 1234567", "+49301234567"),
        ("DE", "+49 030 1234567", "+49301234567"),
        ("BE", "02 123 45 67", "+3221234567"),
        ("NL", "020-1234567", "+31201234567"),
        ("GB", "020 7946 0123", "+442079460123"),
        ("FR", "01.23.45.67.89", "+33123456789"),
        ("TW", "02-2345-6789", "+886223456789"),
        ("TW", "0912-345-678", "+886912345678"),
        ("TW", "002 45 12345678", "+4512345678"),
        ("US", "(212) 555-0123", "+12125550123"),
        ("US", "1-212-555-0123", "+12125550123"),
        ("US", "011 45 12345678", "+4512345678"),
        ("ZZ", "004512345678", "+4512345678"),
        ("DK", "sip:+4512345678@provider.example;user=phone", "+4512345678"),
    ] {
        assert_eq!(read(text, country), normal, "{text} in {country}");
    }
}

#[test]
fn short_numbers_stay_what_they_are() {
    for country in ["DK", "SE", "NO", "FI", "DE", "NL", "BE", "GB", "FR", "TW", "US", "ZZ"] {
        for text in ["11", "600", "1001", "112", "999", "911", "0", "00", "*21#"] {
            assert_eq!(read(text, country), text, "{text} in {country}");
        }
    }
    assert_eq!(read("118 118", "SE"), "118118");
    assert_eq!(read("1234567", "DE"), "1234567", "a local number has no area to add");
}

#[test]
fn a_normal_form_is_read_back_unchanged_anywhere() {
    for text in ["+4512345678", "+12125550123", "+46812345678", "600", "1001", "*21#", "+390612345678"] {
        for country in ["DK", "SE", "US", "ZZ"] {
            assert_eq!(read(text, country), text, "{text} in {country}");
        }
    }
}

#[test]
fn withheld_and_unreadable() {
    for text in [
        "",
        " ",
        "anonymous",
        "unavailable",
        "kim",
        "12a4",
        "+",
        "-",
        "tel:",
        "sip:anonymous@anonymous.invalid",
        "１２３",
        "12;34",
        "12\r\n34",
    ] {
        assert_eq!(Number::parse(text, home("DK")), None, "{text:?}");
    }
}

#[test]
fn what_dialling_means() {
    let foreign = |code| Class::Foreign(Some(home(code)));
    for (country, text, class) in [
        ("DK", "112", Class::Emergency),
        ("DK", "+45112", Class::Emergency),
        ("NO", "113", Class::Emergency),
        ("GB", "999", Class::Emergency),
        ("US", "911", Class::Emergency),
        ("TW", "119", Class::Emergency),
        ("FR", "15", Class::Emergency),
        ("BE", "101", Class::Emergency),
        ("ZZ", "112", Class::Emergency),
        ("DK", "113", Class::Short),
        ("DK", "600", Class::Short),
        ("DK", "1001", Class::Short),
        ("DK", "12345678", Class::Home),
        ("DK", "90123456", Class::Premium),
        ("SE", "0900 123 4567", Class::Premium),
        ("SE", "0771-123 456", Class::SharedCost),
        ("SE", "118118", Class::Premium),
        ("NO", "820 12 345", Class::Premium),
        ("NO", "1881", Class::Premium),
        ("FI", "0600 12345", Class::Premium),
        ("FI", "010 123 4567", Class::SharedCost),
        ("DE", "0900 1 123456", Class::Premium),
        ("DE", "0180 1 123456", Class::SharedCost),
        ("NL", "0900-1234", Class::Premium),
        ("BE", "0903 12 345", Class::Premium),
        ("GB", "0871 123 4567", Class::Premium),
        ("GB", "0845 123 4567", Class::SharedCost),
        ("FR", "0899 12 34 56", Class::Premium),
        ("TW", "0204-123-456", Class::Premium),
        ("US", "900 555 0123", Class::Premium),
        ("US", "876 555 0123", foreign("JM")),
        ("DK", "+46 8 123 456 78", foreign("SE")),
        ("DK", "+46 900 1234567", Class::Premium),
        ("DK", "+881612345678", Class::Premium),
        ("DK", "+21512345678", Class::Foreign(None)),
        ("DK", "+80012345678", Class::Foreign(None)),
    ] {
        assert_eq!(
            Number::parse(text, home(country)).unwrap().class(home(country)),
            class,
            "{text} in {country}"
        );
    }
}

#[test]
fn numbers_are_shown_as_written_at_home() {
    for (country, text, shown) in [
        ("DK", "12345678", "12 34 56 78"),
        ("NO", "22123456", "22 12 34 56"),
        ("FR", "0123456789", "01 23 45 67 89"),
        ("SE", "0812345678", "08 123 456 78"),
        ("SE", "0701234567", "070 123 45 67"),
        ("DK", "+46812345678", "+46 8 123 456 78"),
        ("SE", "+4512345678", "+45 12 34 56 78"),
        ("NL", "0612345678", "06 12 34 56 78"),
        ("NL", "0201234567", "020 123 45 67"),
        ("BE", "021234567", "02 123 45 67"),
        ("BE", "0470123456", "0470 12 34 56"),
        ("DE", "0301234567", "030 123 45 67"),
        ("GB", "02079460123", "020 7946 0123"),
        ("GB", "07700900123", "07700 900 123"),
        ("FI", "0401234567", "040 123 45 67"),
        ("TW", "0912345678", "0912 345 678"),
        ("TW", "0223456789", "02 2345 6789"),
        ("US", "2125550123", "212 555 0123"),
        ("DK", "+35312345678", "+35312345678"),
        ("DK", "600", "600"),
    ] {
        assert_eq!(
            Number::parse(text, home(country)).unwrap().grouped(home(country)),
            shown,
            "{text} in {country}"
        );
    }
}

#[test]
fn logs_show_no_whole_number() {
    let number = Number::parse("12345678", home("DK")).unwrap();
    assert_eq!(format!("{number:?}"), "+45••78");
    assert_eq!(format!("{:?}", Number::parse("600", home("DK")).unwrap()), "600");
}
