//! People and programs, as an administrator keeps them.

use serde_json::json;

use super::office::Office;
use super::routes::fits_schema;

#[test]
fn an_admin_adds_changes_and_shuts_out_people() {
    let office = Office::open();
    let mut admin = office.login("adi");
    let dewi = json!({ "user": "dewi", "name": "Dewi", "role": "operator", "password": "payung-merah-basah" });
    let added = admin.post("/api/v1/users", dewi.clone());
    assert_eq!(added.status, 201, "{}", added.text());
    fits_schema("User", &added.json());
    assert_eq!(admin.post("/api/v1/users", dewi).code(), "already_exists");
    let change = |body| admin.send_json("PATCH", "/api/v1/users/dewi", body);
    for role in ["dispatcher", "supervisor"] {
        assert_eq!(change(json!({ "role": role })).json()["role"], role);
    }
    assert_eq!(
        change(json!({ "name": "Dewi Lestari" })).json()["name"],
        "Dewi Lestari"
    );
    let both = change(json!({ "name": "Dewi", "disabled": true })).json();
    assert_eq!(
        (&both["name"], &both["role"], &both["disabled"]),
        (&json!("Dewi"), &json!("supervisor"), &json!(true))
    );
    change(json!({ "name": "Dewi Lestari", "disabled": false }));
    let list = admin.get("/api/v1/users").json();
    fits_schema("UserPage", &list);
    let dewi = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|u| u["user"] == "dewi")
        .unwrap();
    assert_eq!(
        (&dewi["name"], &dewi["role"]),
        (&json!("Dewi Lestari"), &json!("supervisor"))
    );
    assert!(!list.to_string().contains("argon2"));
    let password = admin.post(
        "/api/v1/users/dewi/password",
        json!({ "password": "gunung-hijau-jauh" }),
    );
    assert_eq!(password.status, 200, "{}", password.text());
    let login = office.nobody().post(
        "/api/v1/session",
        json!({ "user": "dewi", "password": "gunung-hijau-jauh" }),
    );
    assert_eq!(login.status, 201);
}

#[test]
fn what_would_harm_the_office_is_refused() {
    let office = Office::open();
    let mut admin = office.login("adi");
    let last = admin.send_json("PATCH", "/api/v1/users/adi", json!({ "disabled": true }));
    assert_eq!(last.code(), "last_admin");
    let demoted = json!({ "name": "Adi Baru", "role": "auditor", "disabled": true });
    for refused in [json!({ "name": "Adi Baru", "disabled": true }), demoted] {
        let answer = admin.send_json("PATCH", "/api/v1/users/adi", refused);
        assert_eq!(answer.code(), "last_admin");
        let users = admin.get("/api/v1/users").json();
        let adi = &users["items"][0];
        assert_eq!((&adi["user"], &adi["name"]), (&json!("adi"), &json!("Adi")));
    }
    let missing = admin.send_json("PATCH", "/api/v1/users/hantu", json!({ "name": "X" }));
    assert_eq!(missing.code(), "no_such_name");
    let add = |admin: &mut super::office::Browser<'_>, user: &str, password: &str| {
        let body = json!({ "user": user, "name": "N", "role": "operator", "password": password });
        admin.post("/api/v1/users", body).code()
    };
    assert_eq!(add(&mut admin, "a b", "payung-merah-basah"), "bad_name");
    assert_eq!(add(&mut admin, "token:x", "payung-merah-basah"), "bad_name");
    assert_eq!(add(&mut admin, "dodi", "pendek"), "password_short");
    assert_eq!(add(&mut admin, "dodi", "123456789012"), "password_easy");
    assert_eq!(
        admin
            .post(
                "/api/v1/tokens",
                json!({ "name": "x y", "role": "operator" })
            )
            .code(),
        "bad_name"
    );
}

#[test]
fn a_long_list_of_people_comes_in_pages() {
    let office = Office::open();
    let admin = office.login("adi");
    let all = admin.get("/api/v1/users").json();
    let all: Vec<&str> = names(&all);
    assert!(all.len() > 2, "{all:?}");
    let first = admin.get("/api/v1/users?limit=2").json();
    let cursor = first["next"].as_str().unwrap();
    let rest = admin
        .get(&format!("/api/v1/users?limit=200&cursor={cursor}"))
        .json();
    assert_eq!([names(&first), names(&rest)].concat(), all);
    assert!(rest["next"].is_null());
}

fn names(page: &serde_json::Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["user"].as_str().unwrap()).collect()
}
