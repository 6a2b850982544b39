package sqlstore

import (
	"context"

	"latchkey/internal/access"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
	"latchkey/internal/storage/sqlstore/sqlgen"
	"latchkey/internal/telecom"
)

const serviceColumns = "id, tenant_id, customer_id, order_id, type_id, number, number_key, circuit_number, " +
	"circuit_key, carrier_customer_id, carrier_key, description, provider_id, provider_account, package_id, " +
	"program_id, status, fields, created_at, activated_at, disconnected_at"

func scanService(row scanner) (telecom.Service, error) {
	var r sqlgen.Service
	err := row.Scan(&r.ID, &r.TenantID, &r.CustomerID, &r.OrderID, &r.TypeID, &r.Number, &r.NumberKey, &r.CircuitNumber,
		&r.CircuitKey, &r.CarrierCustomerID, &r.CarrierKey, &r.Description, &r.ProviderID, &r.ProviderAccount, &r.PackageID,
		&r.ProgramID, &r.Status, &r.Fields, &r.CreatedAt, &r.ActivatedAt, &r.DisconnectedAt)
	if err != nil {
		return telecom.Service{}, err
	}
	return serviceOf(r)
}

func serviceOf(r sqlgen.Service) (telecom.Service, error) {
	fields, err := fieldsOf(r.Fields)
	return telecom.Service{
		ID:                telecom.ServiceID(r.ID),
		TenantID:          access.TenantID(r.TenantID),
		Customer:          telecom.CustomerID(r.CustomerID),
		Order:             telecom.OrderID(r.OrderID),
		Type:              catalogue.ServiceTypeID(r.TypeID),
		Number:            r.Number,
		CircuitNumber:     r.CircuitNumber,
		CarrierCustomerID: r.CarrierCustomerID,
		Description:       r.Description,
		Provider:          catalogue.ProviderID(r.ProviderID),
		ProviderAccount:   catalogue.ProviderAccountID(r.ProviderAccount),
		Package:           catalogue.PackageID(r.PackageID),
		Program:           catalogue.ProgramID(r.ProgramID),
		Status:            telecom.Status(r.Status),
		Fields:            fields,
		CreatedAt:         timeOf(r.CreatedAt),
		ActivatedAt:       nullTimeOf(r.ActivatedAt),
		DisconnectedAt:    nullTimeOf(r.DisconnectedAt),
	}, err
}

// Service finds a service of a tenant by its id, or NoSuchService.
func (t *tx) Service(ctx context.Context, tenant access.TenantID, id telecom.ServiceID) (telecom.Service, error) {
	row, err := t.q.Service(ctx, sqlgen.ServiceParams{ID: int64(id), TenantID: int64(tenant)})
	if err != nil {
		return telecom.Service{}, missing(err, problem.NoSuchService, "there is no service %d", id)
	}
	return serviceOf(row)
}

// Services lists services in order of id.
func (t *tx) Services(ctx context.Context, filter telecom.ServiceFilter) ([]telecom.Service, error) {
	s := search{columns: serviceColumns, table: "services"}
	s.where("tenant_id = ?", int64(filter.Tenant))
	whereIDs(t, &s, "id", filter.IDs)
	whereIDs(t, &s, "customer_id", filter.Customers)
	s.whereKey("number_key", filter.Number, telecom.NumberKey(filter.Number))
	s.whereKey("circuit_key", filter.CircuitNumber, access.Fold(filter.CircuitNumber))
	s.whereKey("carrier_key", filter.CarrierCustomerID, access.Fold(filter.CarrierCustomerID))
	text := s.upTo(filter.Limit)
	return list(ctx, t, text, s.args, scanService)
}

// InsertService adds a service.
func (t *tx) InsertService(ctx context.Context, s telecom.Service) (telecom.ServiceID, error) {
	fields, err := fieldsText(s.Fields)
	if err != nil {
		return 0, err
	}
	id, err := t.q.InsertService(ctx, sqlgen.InsertServiceParams{
		TenantID:          int64(s.TenantID),
		CustomerID:        int64(s.Customer),
		OrderID:           int64(s.Order),
		TypeID:            int64(s.Type),
		Number:            s.Number,
		NumberKey:         telecom.NumberKey(s.Number),
		CircuitNumber:     s.CircuitNumber,
		CircuitKey:        access.Fold(s.CircuitNumber),
		CarrierCustomerID: s.CarrierCustomerID,
		CarrierKey:        access.Fold(s.CarrierCustomerID),
		Description:       s.Description,
		ProviderID:        int64(s.Provider),
		ProviderAccount:   int64(s.ProviderAccount),
		PackageID:         int64(s.Package),
		ProgramID:         int64(s.Program),
		Status:            string(s.Status),
		Fields:            fields,
		CreatedAt:         micros(s.CreatedAt),
		ActivatedAt:       nullMicros(s.ActivatedAt),
		DisconnectedAt:    nullMicros(s.DisconnectedAt),
	})
	return telecom.ServiceID(id), writing("adding a service", err)
}

// UpdateService writes a service; Customer and Order stay.
func (t *tx) UpdateService(ctx context.Context, s telecom.Service) error {
	fields, err := fieldsText(s.Fields)
	if err != nil {
		return err
	}
	rows, err := t.q.UpdateService(ctx, sqlgen.UpdateServiceParams{
		ID:                int64(s.ID),
		TenantID:          int64(s.TenantID),
		TypeID:            int64(s.Type),
		Number:            s.Number,
		NumberKey:         telecom.NumberKey(s.Number),
		CircuitNumber:     s.CircuitNumber,
		CircuitKey:        access.Fold(s.CircuitNumber),
		CarrierCustomerID: s.CarrierCustomerID,
		CarrierKey:        access.Fold(s.CarrierCustomerID),
		Description:       s.Description,
		ProviderID:        int64(s.Provider),
		ProviderAccount:   int64(s.ProviderAccount),
		PackageID:         int64(s.Package),
		ProgramID:         int64(s.Program),
		Status:            string(s.Status),
		Fields:            fields,
		ActivatedAt:       nullMicros(s.ActivatedAt),
		DisconnectedAt:    nullMicros(s.DisconnectedAt),
	})
	if err == nil && rows == 0 {
		return problem.New(problem.NoSuchService, "there is no service %d", s.ID)
	}
	return writing("changing a service", err)
}
