package storetest

import (
	"fmt"
	"reflect"
	"time"

	"github.com/shopspring/decimal"
)

// filled gives a value in which every field, however deep, is set and differs from every other: a store that forgets a field
// or mistakes one for another gives something else back. Each call begins with another number.
func filled[T any](from int64) T {
	var value T
	f := filler{from}
	f.fill(reflect.ValueOf(&value).Elem())
	return value
}

type filler struct{ last int64 }

func (f *filler) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		f.last++
		v.Set(reflect.ValueOf(noon().Add(time.Duration(f.last) * time.Microsecond)))
		return
	case decimal.Decimal:
		f.last++
		v.Set(reflect.ValueOf(decimal.New(f.last*10_000+f.last, -4)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.String:
		f.last++
		v.SetString(fmt.Sprintf("ä<\"> %d", f.last))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8:
		f.last++
		v.SetUint(uint64(f.last % 256))
	default:
		f.last++
		v.SetInt(f.last)
	}
}
