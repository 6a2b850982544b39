package smsgateway

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Path is the name of a file. In the gateways file it is taken from the folder of that file unless it begins at the root.
type Path string

// setting is one field of a settings struct, by its tags: toml is the key, default the value it has without a file, help
// what it does. A field without the tag toml isn't a setting.
type setting struct {
	key, standard, help string
	index               int
	kind                reflect.Type
}

// settingsOf lists the settings of a struct in its order.
func settingsOf(t reflect.Type) []setting {
	var all []setting
	for i := range t.NumField() {
		f := t.Field(i)
		if key, ok := f.Tag.Lookup("toml"); ok {
			all = append(all, setting{key: key, standard: f.Tag.Get("default"), help: f.Tag.Get("help"), index: i, kind: f.Type})
		}
	}
	return all
}

// setDefaults gives every setting of a struct the value of its tag, tables below it too.
func setDefaults(target reflect.Value) error {
	for _, s := range settingsOf(target.Type()) {
		field := target.Field(s.index)
		if isTable(s.kind) {
			if err := setDefaults(field); err != nil {
				return err
			}
			continue
		}
		if s.standard == "" {
			continue
		}
		if err := setText(field, s.standard); err != nil {
			return fmt.Errorf("the default of %s: %w", s.key, err)
		}
	}
	return nil
}

// isTable tells a struct that is a table of its own.
func isTable(t reflect.Type) bool { return t.Kind() == reflect.Struct }

// isTables tells a list of tables.
func isTables(t reflect.Type) bool { return t.Kind() == reflect.Slice && isTable(t.Elem()) }

// setText gives a field the value that a default writes as text.
func setText(field reflect.Value, text string) error {
	switch field.Interface().(type) {
	case bool:
		return set(field, text == "true", "")
	case int, byte:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		return set(field, n, "")
	case []string:
		field.Set(reflect.ValueOf(strings.Split(text, ",")))
		return nil
	}
	return set(field, text, "")
}

// set gives a field a value of a TOML file, or says how it is written. A relative Path is taken from the folder.
func set(field reflect.Value, value any, folder string) error {
	switch field.Interface().(type) {
	case time.Duration:
		text, _ := value.(string)
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return errors.New(`write a time with its unit in quotes, such as "500ms", "30s" or "4h"`)
		}
		field.SetInt(int64(d))
		return nil
	case Path:
		text, ok := value.(string)
		if !ok {
			return errors.New("write a text in quotes")
		}
		if text != "" && !filepath.IsAbs(text) {
			text = filepath.Join(folder, text)
		}
		field.SetString(text)
		return nil
	case []string:
		return setList(field, value)
	case map[string]string:
		return setMap(field, value)
	}
	return setPlain(field, value)
}

func setPlain(field reflect.Value, value any) error {
	switch field.Kind() {
	case reflect.String:
		if text, ok := value.(string); ok {
			field.SetString(text)
			return nil
		}
		return errors.New("write a text in quotes")
	case reflect.Bool:
		if on, ok := value.(bool); ok {
			field.SetBool(on)
			return nil
		}
		return errors.New("write true or false, without quotes")
	case reflect.Int:
		if n, ok := value.(int64); ok {
			field.SetInt(n)
			return nil
		}
		return errors.New("write a whole number, without quotes")
	case reflect.Uint8:
		if n, ok := value.(int64); ok && n >= 0 && n <= 255 {
			field.SetUint(uint64(n))
			return nil
		}
		return errors.New("write a number from 0 to 255, without quotes")
	default:
		return fmt.Errorf("settings of the type %s can't be read", field.Type())
	}
}

func setList(field reflect.Value, value any) error {
	wrong := errors.New(`write a list of texts, such as ["one", "two"]`)
	list, ok := value.([]any)
	if !ok {
		return wrong
	}
	texts := make([]string, 0, len(list))
	for _, v := range list {
		text, ok := v.(string)
		if !ok {
			return wrong
		}
		texts = append(texts, text)
	}
	field.Set(reflect.ValueOf(texts))
	return nil
}

// setMap puts the entries of a table over those that are there.
func setMap(field reflect.Value, value any) error {
	wrong := errors.New(`write a table of texts, such as { one = "1", two = "2" }`)
	table, ok := value.(map[string]any)
	if !ok {
		return wrong
	}
	merged := map[string]string{}
	for key, text := range field.Interface().(map[string]string) {
		merged[key] = text
	}
	for key, v := range table {
		text, ok := v.(string)
		if !ok {
			return wrong
		}
		merged[key] = text
	}
	field.Set(reflect.ValueOf(merged))
	return nil
}
