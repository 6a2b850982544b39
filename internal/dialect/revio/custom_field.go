package revio

import (
	"latchkey/internal/catalogue"
)

// customFieldItem is the value of a custom field (seed 001).
type customFieldItem struct {
	FieldID *int32
	Label   string
	Value   string
}

// Custom fields have a type of their own for each thing that has them (v20.wsdl); all are alike.
type (
	customerFieldItem      struct{ customFieldItem }
	inventoryFieldItem     struct{ customFieldItem }
	inventoryTypeFieldItem struct{ customFieldItem }
)

// fieldItem is any of them.
type fieldItem interface{ field() customFieldItem }

func (f customFieldItem) field() customFieldItem { return f }

// givenFields reads the custom fields of a request.
func givenFields[Item fieldItem](items []Item) []catalogue.GivenField {
	var given []catalogue.GivenField
	for _, item := range items {
		f := item.field()
		given = append(given, catalogue.GivenField{Field: idOf[catalogue.FieldID](f.FieldID), Label: f.Label, Value: f.Value})
	}
	return given
}

// fieldItems writes the values of custom fields with their labels.
func fieldItems(c *catalogue.Catalogue, values []catalogue.FieldValue) []customFieldItem {
	var items []customFieldItem
	for _, f := range c.FieldsTold(values) {
		items = append(items, customFieldItem{FieldID: ref(f.Field), Label: f.Label, Value: f.Value})
	}
	return items
}

// ofType gives custom fields the type of what they belong to.
func ofType[Item ~struct{ customFieldItem }](fields []customFieldItem) []Item {
	var items []Item
	for _, f := range fields {
		items = append(items, Item{f})
	}
	return items
}
