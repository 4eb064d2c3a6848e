//! Pure. The countries there are: ISO 3166-1, two letters, with Kosovo and Ascension, which have calling codes and no
//! code there.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Do these two letters name a country?
pub(super) fn is_known(letters: &str) -> bool {
    CALLED_ALL_THE_SAME.contains(&letters)
        || (letters.len() == 2 && COUNTRIES.split(' ').any(|known| known == letters))
}

const CALLED_ALL_THE_SAME: [&str; 2] = ["XK", "AC"];

const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
     CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
     GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP \
     KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
     MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW \
     SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ \
     UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::codes::CODES;

    #[test]
    fn every_country_with_a_calling_code_is_known_and_what_is_none_is_not() {
        assert!(CODES.iter().all(|(country, _)| is_known(country)));
        assert_eq!(COUNTRIES.split(' ').count(), 249, "of ISO 3166-1");
        for wrong in ["XX", "ZZ", "EU", "UK", "", "D", "DKK", "dk", "A ", " A"] {
            assert!(!is_known(wrong), "{wrong}");
        }
    }
}
