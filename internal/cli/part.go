package cli

import (
	"reflect"
	"strings"
)

// partFor gives the part of the grammar that arguments can be read with: the command or group that the first of them names,
// or the whole. A parser of the whole takes longer to make than some commands take to run (decision 53); to whoever types
// the command the two are the same.
func partFor(args []string) any {
	if len(args) == 0 {
		return &grammar{}
	}
	whole := reflect.TypeFor[grammar]()
	for field := range whole.Fields() {
		if _, command := field.Tag.Lookup("cmd"); command && commandName(field) == args[0] {
			shared, _ := whole.FieldByName("File")
			return reflect.New(reflect.StructOf([]reflect.StructField{shared, field})).Interface()
		}
	}
	return &grammar{}
}

// commandName is what a command of the grammar is called.
func commandName(field reflect.StructField) string {
	if name, given := field.Tag.Lookup("name"); given {
		return name
	}
	return strings.ToLower(field.Name)
}
