//! A table that is printed whole, however many tests print at once.

/// Lines, printed when the test that fills them is done or has failed.
#[derive(Default)]
pub struct Table(String);

impl Table {
    /// A table under a headline.
    pub fn new(headline: impl AsRef<str>) -> Table {
        Table(format!("\n{}", headline.as_ref()))
    }

    pub fn line(&mut self, line: impl AsRef<str>) {
        self.0.push('\n');
        self.0.push_str(line.as_ref());
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}
