package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const customerProductColumns = "id, tenant_id, customer_id, service_id, order_id, product_id, package_id, " +
	"product_group, lead, provider_id, description, rate, cost, quantity, code1, code2, group_on_bill, " +
	"tax_included, status, created_at, activated_at, billed_to, canceled_at, disconnected_at"

func scanCustomerProduct(row scanner) (telecom.CustomerProduct, error) {
	var r sqlgen.CustomerProduct
	err := row.Scan(&r.ID, &r.TenantID, &r.CustomerID, &r.ServiceID, &r.OrderID, &r.ProductID, &r.PackageID,
		&r.ProductGroup, &r.Lead, &r.ProviderID, &r.Description, &r.Rate, &r.Cost, &r.Quantity, &r.Code1, &r.Code2,
		&r.GroupOnBill, &r.TaxIncluded, &r.Status, &r.CreatedAt, &r.ActivatedAt, &r.BilledTo, &r.CanceledAt,
		&r.DisconnectedAt)
	return customerProductOf(r), err
}

func customerProductOf(r sqlgen.CustomerProduct) telecom.CustomerProduct {
	return telecom.CustomerProduct{
		ID:             telecom.CustomerProductID(r.ID),
		TenantID:       access.TenantID(r.TenantID),
		Customer:       telecom.CustomerID(r.CustomerID),
		Service:        telecom.ServiceID(r.ServiceID),
		Order:          telecom.OrderID(r.OrderID),
		Product:        catalogue.ProductID(r.ProductID),
		Package:        catalogue.PackageID(r.PackageID),
		Group:          r.ProductGroup,
		Lead:           r.Lead != 0,
		Provider:       catalogue.ProviderID(r.ProviderID),
		Description:    r.Description,
		Rate:           amountOf(r.Rate),
		Cost:           amountOf(r.Cost),
		Quantity:       int(r.Quantity),
		Code1:          r.Code1,
		Code2:          r.Code2,
		GroupOnBill:    r.GroupOnBill != 0,
		TaxIncluded:    r.TaxIncluded != 0,
		Status:         telecom.Status(r.Status),
		CreatedAt:      timeOf(r.CreatedAt),
		ActivatedAt:    nullTimeOf(r.ActivatedAt),
		BilledTo:       nullTimeOf(r.BilledTo),
		CanceledAt:     nullTimeOf(r.CanceledAt),
		DisconnectedAt: nullTimeOf(r.DisconnectedAt),
	}
}

// CustomerProduct finds a customer product of a tenant by its id, or NoSuchProduct.
func (t *tx) CustomerProduct(ctx context.Context, tenant access.TenantID, id telecom.CustomerProductID) (telecom.CustomerProduct, error) {
	row, err := t.q.CustomerProduct(ctx, sqlgen.CustomerProductParams{ID: int64(id), TenantID: int64(tenant)})
	if err != nil {
		return telecom.CustomerProduct{}, missing(err, problem.NoSuchProduct, "there is no customer product %d", id)
	}
	return customerProductOf(row), nil
}

// CustomerProducts lists customer products in order of id.
func (t *tx) CustomerProducts(ctx context.Context, filter telecom.ProductFilter) ([]telecom.CustomerProduct, error) {
	s := search{columns: customerProductColumns, table: "customer_products"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	whereIDs(t, &s, "id", filter.IDs)
	whereIDs(t, &s, "customer_id", filter.Customers)
	if len(filter.Services) > 0 {
		whereIDs(t, &s, "service_id", filter.Services)
		s.condition("service_id <> 0") // which the index wants to see
	}
	text := s.upTo(filter.Limit)
	return list(ctx, t, text, s.args, scanCustomerProduct)
}

// InsertCustomerProduct adds a customer product.
func (t *tx) InsertCustomerProduct(ctx context.Context, p telecom.CustomerProduct) (telecom.CustomerProductID, error) {
	var money amounts
	row := sqlgen.InsertCustomerProductParams{
		TenantID:       int64(p.TenantID),
		CustomerID:     int64(p.Customer),
		ServiceID:      int64(p.Service),
		OrderID:        int64(p.Order),
		ProductID:      int64(p.Product),
		PackageID:      int64(p.Package),
		ProductGroup:   p.Group,
		Lead:           number(p.Lead),
		ProviderID:     int64(p.Provider),
		Description:    p.Description,
		Rate:           money.of(p.Rate),
		Cost:           money.of(p.Cost),
		Quantity:       int64(p.Quantity),
		Code1:          p.Code1,
		Code2:          p.Code2,
		GroupOnBill:    number(p.GroupOnBill),
		TaxIncluded:    number(p.TaxIncluded),
		Status:         string(p.Status),
		CreatedAt:      micros(p.CreatedAt),
		ActivatedAt:    nullMicros(p.ActivatedAt),
		BilledTo:       nullMicros(p.BilledTo),
		CanceledAt:     nullMicros(p.CanceledAt),
		DisconnectedAt: nullMicros(p.DisconnectedAt),
	}
	if money.err != nil {
		return 0, money.err
	}
	id, err := t.q.InsertCustomerProduct(ctx, row)
	return telecom.CustomerProductID(id), writing("adding a customer product", err)
}

// UpdateCustomerProduct writes a customer product; Customer, Service, Order and Product stay.
func (t *tx) UpdateCustomerProduct(ctx context.Context, p telecom.CustomerProduct) error {
	var money amounts
	row := sqlgen.UpdateCustomerProductParams{
		ID:             int64(p.ID),
		TenantID:       int64(p.TenantID),
		PackageID:      int64(p.Package),
		ProductGroup:   p.Group,
		Lead:           number(p.Lead),
		ProviderID:     int64(p.Provider),
		Description:    p.Description,
		Rate:           money.of(p.Rate),
		Cost:           money.of(p.Cost),
		Quantity:       int64(p.Quantity),
		Code1:          p.Code1,
		Code2:          p.Code2,
		GroupOnBill:    number(p.GroupOnBill),
		TaxIncluded:    number(p.TaxIncluded),
		Status:         string(p.Status),
		ActivatedAt:    nullMicros(p.ActivatedAt),
		BilledTo:       nullMicros(p.BilledTo),
		CanceledAt:     nullMicros(p.CanceledAt),
		DisconnectedAt: nullMicros(p.DisconnectedAt),
	}
	if money.err != nil {
		return money.err
	}
	rows, err := t.q.UpdateCustomerProduct(ctx, row)
	if err == nil && rows == 0 {
		return problem.New(problem.NoSuchProduct, "there is no customer product %d", p.ID)
	}
	return writing("changing a customer product", err)
}
