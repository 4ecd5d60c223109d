using System.Globalization;

namespace FlowModule.Engine.Runs;

/// <summary>The names of runs: creates the two words of a run without a name, and tells whether a name shows the run's input.</summary>
internal static class RunName
{
    private static readonly string[] Adjectives = Split(
        "able agile amber ample apricot azure balmy bold brave bright brisk bronze calm candid cheery chief civil clean clever cobalt "
        + "copper coral cosmic cosy crafty crisp daring dapper deft dusty eager early earnest elder electric fair famous fancy fearless fine "
        + "fleet fluffy fond frank free fresh friendly frosty gentle giddy glad golden grand green handy happy hardy hasty hazel honest "
        + "humble ideal indigo ivory jade jolly jovial keen kind large lavender lean light lively loyal lucid lucky lunar lusty magenta "
        + "maroon mellow merry mighty mild misty modest neat nimble noble olive orange patient pearl placid polite proud quick quiet rapid "
        + "ready regal rosy ruby rustic sage scarlet serene sharp silent silver sleek smart smooth snowy solar solid spry steady sturdy "
        + "sunny swift tidy topaz tranquil true upbeat valiant velvet vivid warm wise witty young zesty");

    private static readonly string[] Animals = Split(
        "adder albatross alpaca anteater antelope badger barracuda bat bear beaver bee beetle bison boar buffalo bustard butterfly buzzard "
        + "camel capybara caribou cat caterpillar cheetah chinchilla cicada civet cobra condor coot cormorant cougar coyote crab crane cricket "
        + "crow curlew deer dingo dolphin donkey dove dragonfly duck eagle earwig echidna eel egret eland elk falcon ferret finch firefly "
        + "flamingo fox frog gannet gazelle gecko gerbil gibbon giraffe goldfinch goose gopher goshawk grebe grouse gull hamster hare hawk "
        + "hedgehog heron hippo hoopoe hornet horse ibex ibis iguana impala jackal jackdaw jaguar jay kangaroo kestrel kingfisher kiwi koala "
        + "kudu lapwing lark lemming lemur leopard linnet lion lizard llama lobster loris lynx macaw magpie mallard marmot marten meerkat "
        + "mink mole mongoose moose moth mule narwhal newt nightjar ocelot octopus okapi oriole oryx osprey ostrich otter owl panda panther "
        + "parrot partridge pelican penguin petrel pheasant pigeon plover pony porcupine puffin puma quail rabbit raccoon raven robin rook "
        + "salamander salmon sandpiper scorpion seal shrew skylark snail sparrow squid squirrel starling stoat stork swallow swan swift tapir "
        + "teal tern thrush tiger toad tortoise toucan trout turtle viper vole wallaby walrus warbler wasp weasel whale wolf wombat "
        + "woodpecker wren yak zebra");

    internal static string New()
    {
        Random random = Random.Shared;
        return Adjectives[random.Next(Adjectives.Length)] + "-" + Animals[random.Next(Animals.Length)];
    }

    /// <summary>The name of a task that has none: its task, and which of them it is in its run.</summary>
    internal static string OfTask(string task, int number) => string.Create(CultureInfo.InvariantCulture, $"{task}-{number}");

    /// <summary>The task of a run by whose number it may be named; null for a run that is no task.</summary>
    internal static string? TaskOf(RunKind kind, string flow) => kind == RunKind.Task ? flow : null;

    /// <summary>
    /// Whether the name shows the input, so that a table or a label need not repeat it: as a whole word, and not in a name that is made without the input,
    /// which contains a short one only by chance: two random words, or a task and its number.
    /// </summary>
    internal static bool Shows(string name, string input, string? task)
    {
        if (input.Length == 0)
        {
            return true;
        }

        for (int start = name.IndexOf(input, StringComparison.OrdinalIgnoreCase); start >= 0; start = name.IndexOf(input, start + 1, StringComparison.OrdinalIgnoreCase))
        {
            int end = start + input.Length;
            if (!IsInsideWord(name, start) && !IsInsideWord(name, end))
            {
                return !IsRandom(name) && !IsNumbered(name, task);
            }
        }

        return false;
    }

    /// <summary>
    /// Whether the place before this index is inside a word or a number: <c>host7</c> shows 7, and <c>host17</c> does not. A date, a time, an address or a
    /// version is one number, whatever separates its parts.
    /// </summary>
    private static bool IsInsideWord(string name, int index)
    {
        if (index == 0 || index == name.Length)
        {
            return false;
        }

        char before = name[index - 1];
        char after = name[index];
        return (char.IsLetter(before) && char.IsLetter(after)) || (char.IsDigit(before) && char.IsDigit(after))
            || (char.IsDigit(before) && Joins(after) && index + 1 < name.Length && char.IsDigit(name[index + 1]))
            || (char.IsDigit(after) && Joins(before) && index > 1 && char.IsDigit(name[index - 2]));
    }

    private static bool Joins(char separator) => separator is '-' or '.' or ':' or '/' or '_';

    private static bool IsNumbered(string name, string? task) =>
        task is not null && name.Length > task.Length + 1 && name.StartsWith(task, StringComparison.OrdinalIgnoreCase) && name[task.Length] == '-'
        && name.AsSpan(task.Length + 1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool IsRandom(string name) => name.Split('-') is [var adjective, var animal] && Adjectives.Contains(adjective) && Animals.Contains(animal);

    private static string[] Split(string words) => words.Split(' ');
}
