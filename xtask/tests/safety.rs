//! What the types promise: a safe function of rusl and tiny-std takes no raw pointer, so that
//! nobody outside of an `unsafe` block can hand them a wrong one.

use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{ImplItemFn, ItemFn, Signature, TraitItemFn, Type, TypePtr};
use xtask::build::workspace;
use xtask::{Failure, Outcome};

use crate::harness::must;

#[test]
fn safe_functions_take_no_pointer() -> Outcome {
    let mut functions = Functions::default();
    for name in ["rusl", "tiny-std"] {
        functions.read_folder(&workspace().join(name).join("src"))?;
    }
    must(functions.seen > 300, || format!("{} functions are all", functions.seen))?;
    must(functions.found.is_empty(), || {
        format!("safe, and take a pointer: {}", functions.found.join(", "))
    })
}

#[test]
fn a_pointer_is_found_wherever_it_is() -> Outcome {
    let text = "unsafe fn a(x: *const u8) {}
                fn b(x: &[*mut u8]) {}
                pub extern \"C\" fn c(x: Option<*const u8>) {}
                impl X { fn d(&self, (x, y): (u8, *mut u8)) {} fn e(x: fn(*const u8)) {} }
                fn f(x: NonNull<u8>) -> *mut u8 {}";
    let mut functions = Functions::default();
    functions.visit_file(&syn::parse_file(text)?);
    must(functions.found == ["b", "c", "d"], || format!("{:?}", functions.found))
}

/// The functions that were looked at, and those that a pointer is handed to.
#[derive(Default)]
struct Functions {
    seen: usize,
    found: Vec<String>,
}

impl Functions {
    fn read_folder(&mut self, folder: &Path) -> Outcome {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.read_folder(&path)?;
            } else if !path.ends_with("tests.rs") {
                let file = syn::parse_file(&fs::read_to_string(&path)?)
                    .map_err(|error| Failure::from(error).during(&path.display().to_string()))?;
                self.visit_file(&file);
            }
        }
        Ok(())
    }

    fn look_at(&mut self, signature: &Signature) {
        self.seen += 1;
        let mut pointers = Pointers::default();
        for input in &signature.inputs {
            pointers.visit_fn_arg(input);
        }
        if signature.unsafety.is_none() && pointers.count > 0 {
            self.found.push(signature.ident.to_string());
        }
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.look_at(&item.sig);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.look_at(&item.sig);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.look_at(&item.sig);
        visit::visit_trait_item_fn(self, item);
    }
}

/// Counts the pointers in a type.
#[derive(Default)]
struct Pointers {
    count: usize,
}

impl<'ast> Visit<'ast> for Pointers {
    fn visit_type_ptr(&mut self, _: &'ast TypePtr) {
        self.count += 1;
    }

    fn visit_type(&mut self, kind: &'ast Type) {
        // What another function takes is that one's to promise.
        if !matches!(kind, Type::BareFn(_)) {
            visit::visit_type(self, kind);
        }
    }
}
