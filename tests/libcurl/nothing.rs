// Cargo asks for a source file; nothing is compiled.
