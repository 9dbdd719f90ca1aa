namespace AigneHub.Testing;

/// <summary>What a run has seen; added up over runs it tells whether the model hurts.</summary>
internal sealed class SimulationCounts
{
    public int Runs { get; set; }
    public int CleanRuns { get; set; }
    public int Calls { get; set; }
    public int Admitted { get; set; }
    public int Insufficient { get; set; }
    public int Unavailable { get; set; }
    public int Syncs { get; set; }
    public int Kills { get; set; }
    public int Reclaimed { get; set; }
    public int AdmittedAfterRoll { get; set; }

    /// <summary>Under the lease of an instance that lives.</summary>
    public int Expiries { get; set; }

    /// <summary>Under the lease of an instance that lives.</summary>
    public int Periods { get; set; }
    public int ClosedByFolding { get; set; }
    public long Notices { get; set; }
    public long Late { get; set; }
    public long Overspent { get; set; }

    public void Add(SimulationCounts other)
    {
        foreach (var property in GetType().GetProperties())
        {
            var sum = Convert.ToInt64(property.GetValue(this), null) + Convert.ToInt64(property.GetValue(other), null);
            property.SetValue(this, Convert.ChangeType(sum, property.PropertyType, null));
        }
    }

    public override string ToString() => string.Join(", ", GetType().GetProperties().Select(property => $"{property.Name} {property.GetValue(this)}"));
}
