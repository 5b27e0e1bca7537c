pub fn tones(_keys: &str, _tone_ms: u32, _gap_ms: u32, _level_db: f32) -> Vec<i16> {
    Vec::new()
}
