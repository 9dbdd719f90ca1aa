namespace AigneHub.LocalRuntime;

/// <summary>Finds the folder that the app was started from or built in.</summary>
public static class ContentRoot
{
    /// <summary>
    /// The nearest folder, from the current directory upwards and then from the app's own, that holds a file of this name;
    /// null when there is none (a published app).
    /// </summary>
    public static string? Find(string fileName) =>
        Above(Directory.GetCurrentDirectory(), fileName) ?? Above(AppContext.BaseDirectory, fileName);

    private static string? Above(string start, string fileName)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, fileName)))
                return folder.FullName;
        }

        return null;
    }
}
