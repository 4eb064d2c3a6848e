//! Shell. `backup`, `restore`, `verify` as a person types them, beside a running office and without one.

use super::{OFFICE, frontdesk, office_file, told};
use crate::store::open;
use std::os::unix::fs::PermissionsExt;

#[test]
fn an_office_is_backed_up_verified_and_brought_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("office.backup");
    let name = file.to_str().unwrap();
    let (code, _, err) = told(frontdesk(&data, &["backup", name], ""));
    assert!(code == 1 && err.contains("there is no office in"), "{err}");
    assert!(!file.exists() && !data.exists());

    told(frontdesk(&data, &["apply", &office_file(folder.path(), OFFICE)], ""));
    let (code, out, err) = told(frontdesk(&data, &["backup", name], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("is whole: made 20") && out.contains("0 contacts, 0 promises open"), "{out}");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "it holds secrets");
    assert_eq!(told(frontdesk(&data, &["verify", name], "")).0, 0);
    let (code, out, err) = told(frontdesk(&data, &["verify"], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("is sound; promises open: 0\nthere is no backup yet"), "{out}");

    let office = told(frontdesk(&data, &["export", "--secrets"], "")).1;
    told(frontdesk(
        &data,
        &["apply", &office_file(folder.path(), &OFFICE.replace("Hansen VVS", "Other"))],
        "",
    ));
    let (code, out, err) = told(frontdesk(&data, &["restore", name], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("is restored") && out.contains("what was there before lies in"), "{out}");
    assert_eq!(told(frontdesk(&data, &["export", "--secrets"], "")).1, office);
}

#[test]
fn a_damaged_or_foreign_file_is_refused_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let office = office_file(folder.path(), OFFICE);
    told(frontdesk(&data, &["apply", &office], ""));
    let whole = folder.path().join("whole");
    told(frontdesk(&data, &["backup", whole.to_str().unwrap()], ""));
    let half = folder.path().join("half");
    let bytes = std::fs::read(&whole).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    let missing = folder.path().join("missing");
    for (file, why) in [
        (&half, "the backup is damaged: "),
        (&folder.path().join("office.toml"), "this is no backup of frontdesk"),
        (&missing, "it is not there"),
    ] {
        for command in ["restore", "verify"] {
            let (code, out, err) = told(frontdesk(&data, &[command, file.to_str().unwrap()], ""));
            assert_eq!((code, out.as_str()), (1, ""), "{command}");
            assert!(err.contains(why) && err.lines().count() == 1 && err.ends_with(".\n"), "{err}");
        }
    }
    assert_eq!(told(frontdesk(&data, &["export"], "")).0, 0, "the office is as it was");
    assert_eq!(told(frontdesk(&data, &["restore"], "")).0, 2);
}

#[test]
fn a_running_office_backs_itself_up_and_lets_nobody_restore_under_it() {
    let office = super::control::running();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("office.backup");
    let name = file.to_str().unwrap();
    let (code, out, err) = told(frontdesk(office.data(), &["backup", name], ""));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("is whole"), "{out}");
    let (code, _, err) = told(frontdesk(office.data(), &["restore", name], ""));
    assert!(code == 1 && err.contains("stop it first") && err.contains("nothing was changed"), "{err}");
    let new = folder.path().join("new");
    assert_eq!(told(frontdesk(&new, &["restore", name], "")).0, 0);
    open(&new).unwrap();
}
