using FlowModule.HelpBuilder;

if (args.Length != 3)
{
    Console.Error.WriteLine("usage: HelpBuilder <module manifest> <folder of pages> <folder for help files>");
    return 2;
}

(string manifest, string pagesFolder, string helpFolder) = (args[0], args[1], args[2]);
var problems = new Problems();
IReadOnlyList<DocumentedCommand> commands = ModuleCommands.Load(manifest);
var pages = new List<CommandPage>();
var topics = new List<AboutPage>();
foreach (string file in Directory.GetFiles(pagesFolder, "*.md").Order(StringComparer.OrdinalIgnoreCase))
{
    try
    {
        if (AboutPage.IsAbout(file))
        {
            topics.Add(AboutPage.Read(file));
        }
        else
        {
            pages.Add(CommandPage.Read(file));
        }
    }
    catch (PageException exception)
    {
        problems.Add(file, exception.Line, exception.Message);
    }
}

PageCheck.Run(commands, pages, pagesFolder, problems);
if (problems.Count > 0)
{
    return 1;
}

Directory.CreateDirectory(helpFolder);
MamlWriter.Write(Path.Combine(helpFolder, "FlowModule.dll-Help.xml"), commands, pages);
foreach (AboutPage topic in topics)
{
    File.WriteAllText(Path.Combine(helpFolder, topic.Name + ".help.txt"), topic.ToHelpText());
}

Console.WriteLine($"Help for {pages.Count} cmdlets and {topics.Count} topics in {helpFolder}");
return 0;
