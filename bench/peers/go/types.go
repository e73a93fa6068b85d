package main

import "reflect"

// What a list of CEL strings is to Go.
var typeOfStrings = reflect.TypeOf([]string{})
