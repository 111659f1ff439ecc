namespace SparseClip.Vlm.Data.Questions;

/// <summary>Ways to ask the same. How long the answer should be is said in the question or follows from it.</summary>
internal static class QuestionForms
{
    /// <summary>Answered with the bare subject: "A cat."</summary>
    public static readonly string[] MainSubjectShort =
    [
        "What is the main subject of this picture? Your answer needs to be short.",
        "What's the main subject in this image? Your answer needs to be short",
        "What is the main subject of this picture? Answer in a few words.",
        "Name the main subject of this image.",
        "What does this show? Be brief.",
        "In a few words, what is this?",
        "Give a short answer: what is in the picture?",
        "What object is this? Keep it short.",
    ];

    /// <summary>Answered with a sentence: "The picture shows a cat."</summary>
    public static readonly string[] MainSubject =
    [
        "What is the main subject of this picture?",
        "What is this?",
        "What does this picture show?",
        "What can be seen here?",
        "What do you see?",
        "What is shown in this image?",
    ];

    public static readonly string[] Describe =
    [
        "What is in this picture?",
        "What is in this image?",
        "Describe this picture.",
        "Describe the image.",
        "What can you see in this picture?",
        "Tell me what this picture shows.",
    ];

    public static readonly string[] Caption =
    [
        "Write a caption for this picture.",
        "Caption this image.",
        "Give the picture a short caption.",
    ];

    public static readonly string[] ListObjects =
    [
        "What objects are in this picture?",
        "List the things in this image.",
        "Which objects can you see?",
        "Name everything in the picture.",
    ];

    public static readonly string[] Category =
    [
        "What kind of thing is this?",
        "What category does it belong to?",
        "What sort of thing does the picture show?",
    ];

    /// <summary>{0}: "a cat" or "scissors"; {1}: "is" or "are".</summary>
    public static readonly string[] Presence =
    [
        "{1} there {0} in this picture?",
        "{1} there {0} in the image?",
        "Does this picture show {0}?",
        "Can you see {0}?",
        "Do you see {0} in this picture?",
    ];

    /// <summary>{0}: the plural.</summary>
    public static readonly string[] Count =
    [
        "How many {0} are there?",
        "How many {0} are in this picture?",
        "Count the {0}.",
    ];

    /// <summary>Of whatever is there.</summary>
    public static readonly string[] CountOfAll =
    [
        "How many things are in the picture?",
        "How many objects do you see?",
        "Count the things in this picture.",
    ];

    /// <summary>{0}: the label; {1}: "is" or "are".</summary>
    public static readonly string[] Colour =
    [
        "What colour {1} the {0}?",
        "What color {1} the {0}?",
        "Which colour {2} the {0} have?",
    ];

    /// <summary>Answered with all that is there.</summary>
    public static readonly string[] Everything =
    [
        "What is in the picture?",
        "What things are in the picture?",
        "What do you see? Answer in a few words.",
        "Name what is in the photo. Be brief.",
    ];

    public static readonly string[] DescribeAtLength =
    [
        "Describe the picture in detail.",
        "Tell me all you can about this picture.",
        "Describe what you see in two sentences.",
    ];

    /// <summary>As <see cref="Presence"/>, in more words. {0}: "a cat"; {1}: "is" or "are"; {2}: "this" or "these".</summary>
    public static readonly string[] PresenceOfAnything =
    [
        .. Presence,
        "{1} there {0}?",
        "{1} there {0} in the picture?",
        "{1} there {0} in this photo?",
        "{1} {2} {0}?",
        "Does the image contain {0}?",
        "Can you see {0} in the picture? Answer yes or no.",
        "{1} {0} visible here?",
        "I am looking for {0}. Do you see that here?",
    ];

    /// <summary>{0}: the label; {1}: "is" or "are"; {2}: "does" or "do"; {3}: the plural; {4}: "it" or "they".</summary>
    public static readonly (string Question, PremiseAbout About)[] Premises =
    [
        ("What colour {1} the {0}?", PremiseAbout.Colour),
        ("What color {1} the {0} in the picture?", PremiseAbout.Colour),
        ("Where {1} the {0}?", PremiseAbout.Place),
        ("Where in the picture {1} the {0}?", PremiseAbout.Place),
        ("How many {3} are there?", PremiseAbout.Number),
        ("How big {1} the {0}?", PremiseAbout.Size),
        ("What {1} the {0} doing?", PremiseAbout.Else),
        ("Why {1} the {0} there?", PremiseAbout.Else),
        ("Who owns the {0}?", PremiseAbout.Else),
        ("How old {1} the {0}?", PremiseAbout.Else),
        ("{1} the {0} new or old?", PremiseAbout.Else),
        ("What {2} the {0} look like?", PremiseAbout.Else),
    ];

    public static readonly string[] Kind =
    [
        "What kind of thing is it?",
        "What kind of thing is that?",
        "What sort of thing is it?",
        "What category does it belong to?",
    ];

    public static readonly string[] Meaning =
    [
        "What is that?",
        "Tell me more about it.",
        "Can you explain what that is?",
        "What is it for?",
    ];

    public static readonly string[] Rest =
    [
        "What else is in the picture?",
        "Is there anything else?",
        "Do you see anything else?",
        "And what else?",
    ];
}
